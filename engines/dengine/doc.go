// Package dengine models the storage engines that d-engine 0.2 ships, as its reference
// describes them: the file engine and the RocksDB engine. They are here to be refuted.
// [FileSubjects] and [RocksSubjects] list them, and for each the weaknesses that a run must
// find.
//
// What the reference says, they do. What it leaves open is done as the contract of package
// engines wants it, so that no weakness is ours.
//
// Each engine comes a second time, with is_write_durable turned to true. That is what the
// trait warns of, and nothing else is different.
//
// # The file engine
//
// All entries are in memory, and in one file of records, each a length of 8 bytes,
// big-endian, and an entry, without a checksum. The encoding of an entry is ours: three
// fields as protocol buffers put them on the wire, so that nothing decodes as the zero
// entry, as there. The hard state is two numbers of 8 bytes, in a file of its own.
//
// # The RocksDB engine
//
// It runs over Pebble, which differs from RocksDB in this:
//
//   - Column families are prefixes of keys, in one memtable.
//   - RocksDB's flush without a column family is of the default one, which is empty there.
//     Pebble's writes all to a table. What makes things durable is flush_wal before it.
//   - RocksDB with manual_wal_flush keeps the write-ahead log in the process until its buffer
//     is full or flush_wal is called. Pebble does so until a block of 32 KiB is full, or a
//     write asks for a sync. That is how flush_wal(sync) is made: by a record without content
//     that does.
//   - RocksDB collects the values of a log in its row cache, compresses tables and reads and
//     writes them with direct I/O. None of that is modelled: it changes costs.
//   - At an open Pebble names its files in an order that it makes durable itself; see
//     package pebblestore.
//   - Values are the file engine's encoding of entries and of the hard state.
package dengine
