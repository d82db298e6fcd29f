// Package filemachine is a state machine in one plain file: the state as it once was, and
// behind it a record for each change since. The state is in memory too, from where it is
// read.
//
// # The rules that recovery rests on
//
// Assumed of the file system: what fsync of a file or directory covered stays, and all
// else may be lost or kept in any subset of sectors, sizes and names, with anything in
// bytes between an old and a new end of file. A write does not harm synced bytes outside
// its own range. filelog assumes as much.
//
//  1. Every change is one record with the position that belongs to it, written at the end
//     of the file by one WriteAt, and with a checksum. So a chunk is there as a whole or
//     not at all, and there is no data without its position.
//  2. A restore, a reset and a compaction make a new file, which holds the state as its
//     first record. It is synced before it takes the old one's name, and its name before
//     anything is added. So the first record is whole wherever the name is, and a crash
//     leaves the old state or the new.
//  3. A file is written only by the store that made it: one that opened another's makes a
//     new file before its first change. The number of a file is one more than that of the
//     file before, and checksums are seeded with it and with the record's place. So a
//     place is written once in all time, and no stale bytes can pass for a record.
//  4. Open believes nothing that may be in the page cache only, as what a killed process
//     wrote or one whose fsync failed: a later fsync of that file may force nothing. It makes
//     a new file of what it found. It need not where the file ends in a mark, which Close
//     adds once all before it is durable.
//  5. After a failed write or fsync nothing is written any more, until the machine is opened
//     again.
//
// # Torn tail or corruption
//
// The first record that does not verify ends the state if a crash could have left it so:
// if it is not the first of its file, and no intact record behind it says that the place
// was synced, as each says how far the file was when it was written. Otherwise it is
// [engines.ErrCorrupt]. Damage to the last record cannot be told from a torn write. Of a
// machine that buffers, nor can damage to what the last flush covered, until a record or a mark
// is added: so it does not claim CorruptionDetected.
//
// # Layout
//
// Numbers are big-endian, sums CRC32-C.
//
//	directory
//	  machine        the file
//	  machine.new    one that was to take its place when the power failed
//
//	file                              record, at a multiple of 8
//	  0 +--------------------+          0 +--------------------+
//	    | magic            8 |            | sum of all below 4 |
//	  8 | version          4 |          4 | kind             4 |
//	 12 | zero             4 |          8 | size             8 |
//	 16 | number           8 |         16 | synced up to     8 |
//	 24 | records ...        |         24 | state length     4 |
//	                                   28 | count of pairs   4 |
//	pair                               32 | state              |
//	  0 +--------------------+            | pairs, then zeros  |
//	    | key length       4 |            | up to size         |
//	  4 | key                |
//	    | value length + 1 4 |        kind 1: the whole state, the first of a file
//	    | value              |        kind 2: a change of it
//	    +--------------------+        kind 3: a mark
//
// The state is the position and the metadata of the last snapshot. A value whose stored
// length is 0 is none: the key is deleted.
//
// # Limits
//
// The state is held in memory, and while a new file is made, a second time; so are the
// bytes of a file that was opened, as long as a value of it is there. Two machines must not
// be open on one directory at once; afero offers no lock to prevent it.
package filemachine
