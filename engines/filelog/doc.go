// Package filelog is a Raft log store in plain files: a log of checksummed
// frames over numbered segment files, and a hard state in two alternating slots.
//
// # The rules that recovery rests on
//
// Assumed of the file system: what fsync of a file or directory covered stays;
// everything else may be lost or kept in any subset of sectors, sizes and names,
// and bytes between an old and a new end of file may hold anything, stale
// frames included. A write does not harm synced bytes outside its own range
// (powersafe overwrite), and every page can be read after a crash. So frames that
// were synced may share a sector, or a device's physical sector of 4 KiB, with the
// next one. Ackproof's knobs no-powersafe-overwrite, physical-sector=4096 and
// unreadable=yes assume less, and the engine does not hold under them.
//
//  1. Every change of the log is one frame, written by one WriteAt: "discard
//     from index i on, then append these entries", "purge to", or "reset". So
//     a batch, a truncate and a replace are atomic alike, and no byte of the
//     log is ever overwritten or truncated away to make a change.
//  2. A segment is written only by the engine that created it, only at its end;
//     an engine that opens an existing log begins a new segment with its first
//     change. Header and name of a segment are synced before its first frame is
//     written. So a position (segment, offset) is written once in all time, and
//     a stale frame found there can be no other than the right one.
//  3. A segment is synced before its successor is created, and the successor's
//     header seals it: end and checksum are repeated there. So only the last
//     segment can have a torn tail, and bytes behind a sealed end are never
//     looked at again: a tail once cut off cannot come back.
//  4. Each frame repeats its predecessor's checksum, and its own is seeded with
//     segment and offset. Recovery applies frames up to the first that does not
//     fit, so it shows one of the versions that the log went through.
//  5. Open writes the last segment and the hard state again, and syncs them, before
//     it shows them. A killed process may have left them in the page cache only, and
//     one whose fsync failed may have left them there as if they were durable, so that
//     a further fsync forces nothing (Rebello et al., "Can Applications Recover from
//     fsync Failures?", ATC'20).
//  6. Segments are removed only after a synced frame made them needless. Open
//     removes those that an interrupted purge left, in any subset.
//  7. After a failed write or sync nothing is written any more: a repeated sync
//     may succeed although the bytes were dropped.
//
// # Torn tail or corruption
//
// A frame that does not verify silently ends the log only where a crash could
// have left it: in the last segment, at or behind what was synced. Each frame
// says how far its segment was known to be synced when it was written. If an
// intact frame of the last segment says that a damaged place was synced, if the
// damaged place lies in front of a sealed end, or if a header is damaged although
// frames follow it, then it is corruption: [engines.ErrCorrupt] with file and
// offset. So it is in a segment that an open wrote again: that was synced before it
// took the segment's name, and its seal says where its frames end. Elsewhere damage
// behind which nothing is intact, as to the very last frame, cannot be told from a
// torn write; nor can it of frames that one sync made durable together, as of callers
// that meet or of a buffered log, until the next frame says so. A log whose frames
// know of a newer hard state than the slots hold is corrupt too, and so is a slot that
// holds what belongs to the other.
//
// # Layout
//
// All numbers are little-endian, all checksums CRC32-C.
//
//	directory
//	  hardstate                two slots, at 0 and at 4096; 8192 bytes
//	  0000000000000001.seg     segments, numbered in hexadecimal without gaps
//	  0000000000000002.seg
//
//	segment                          frame, at a multiple of 8
//	  0 +--------------------+         0 +--------------------+
//	    | magic            8 |           | magic            4 |
//	  8 | number           8 |         4 | sum of all below 4 |
//	 16 | previous: end    8 |         8 | sum before       4 |
//	 24 | previous: sum    4 |        12 | kind             4 |
//	 28 | purged           4 |        16 | size             4 |
//	 32 | boundary index   8 |        20 | count            4 |
//	 40 | boundary term    8 |        24 | index            8 |
//	 48 | last index       8 |        32 | synced up to     8 |
//	 56 | zero             4 |        40 | hard state no.   8 |
//	 60 | sum of all above 4 |        48 | body, then zeros   |
//	 64 | frames ...         |           | up to size         |
//
//	body of a write: count records   hard state slot
//	  0 +--------------------+         0 +--------------------+
//	    | term             8 |           | magic            8 |
//	  8 | payload size     4 |         8 | save no.         8 |
//	 12 | sum of payload   4 |        16 | term             8 |
//	 16 | payload            |        24 | vote             8 |
//	                                  32 | zero             4 |
//	body of a purge: term       8     36 | sum of all above 4 |
//
// The index of a write is that of its first entry, or of the first discarded if
// it has none; of a purge, the boundary's. The sum of a payload is seeded with
// its entry's index and checked when it is read from the file. A segment that an open
// wrote again ends with a seal, at the next multiple of 512: magic 4, sum of what is
// below 4, end of the frames 8. An engine that knows no seals takes it for a torn
// end. Save number n of
// the hard state goes to slot n mod 2; number 0 stands for none saved.
//
// # Limits
//
// Two engines must not be open on one directory at once; afero offers no lock to
// prevent it. Open reads and verifies the whole log. Each segment that was read
// from keeps one descriptor.
package filelog
