// Package snapshot has the one form of files that all state machines write snapshots in
// and read them from, so that one machine, of whatever kind, can start from another's.
//
// # Layout
//
// Numbers are big-endian. Pairs are in the order of their keys, each key once.
//
//	file                              pair
//	  0 +--------------------+          0 +--------------------+
//	    | magic            8 |            | key length       4 |
//	  8 | version          4 |          4 | key                |
//	 12 | last index       8 |            | value length     4 |
//	 20 | last term        8 |            | value              |
//	 28 | pairs, compressed  |
//	-12 | count of pairs   8 |
//	 -4 | sum of all above 4 |
//
// The pairs are compressed by zstd, as one stream. The sum is CRC32-C; with it a file
// shows damage to who knows it by nothing but its name. Who has its
// [engines.SnapshotMetadata] knows more: the checksum there is the SHA-256 of the file.
//
// # Limits
//
// Read holds the file and its pairs in memory; Write does not.
package snapshot
