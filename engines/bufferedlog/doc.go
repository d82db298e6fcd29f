// Package bufferedlog is a layer above the log of any engine that says how much of it is
// durable: its durable index (engines.DurableIndexer). A leader writes without waiting, and
// counts its own entries up to there.
//
// # Strategies
//
// [DiskFirst] writes to the log below before a call returns. [MemoryFirst] keeps changes in
// memory, in the order of the calls, and makes them below at a flush, a close, or in the
// call that fills the buffer. Readers see them at once. There is no goroutine of its own:
// the same calls write the same bytes, and who wants entries written while others go on
// calls Flush from another goroutine. A killed process loses what waits in memory.
//
// # What the durable index rests on
//
//  1. It begins at the last index, after a flush of what the log below showed when it was
//     opened. A killed process may have left that in the page cache only.
//  2. It advances when a flush returns, to what had been written below before that flush
//     began; or when a write returns, if the log below is durable then (IsWriteDurable).
//  3. It is lowered before entries at or below it are discarded or replaced, so that it
//     never speaks of entries that others take the place of. A flush that such a call
//     overtook advances nothing.
//  4. After a write or a flush that failed it stays where it is, until the log is opened
//     anew: nobody knows what the disk holds, and a flush that succeeds then proves nothing.
//
// # What the log below must be
//
// One that keeps its purge boundary, discards what a write overtakes and refuses gaps: the
// layer answers for calls that are not made yet. Its limits bind the layer too: a change
// that the log below refuses when it is written behind stops the layer, as a failed write
// does.
package bufferedlog
