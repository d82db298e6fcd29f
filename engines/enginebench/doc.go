// Package enginebench measures engines against d-engine's performance targets, on a real
// directory: the table "LogStore Methods" of its storage engine guide, and the thresholds of its
// state machine guide.
//
//	persist_entries  > 100,000 entries/s       purge        < 100 ms for 10,000 entries
//	entry            < 1 ms                    truncate     < 100 ms
//	get_entries      < 1 ms for 10,000         reset        < 1 s
//	last_index       < 100 us                  flush        varies by backend: none
//	apply_chunk      < 1 s for 100 entries, and linear from 100 to 1,000 to 10,000
//
// Where the guides say no number of entries, one of ours is in [Measurement.Does], as are the
// sizes of batches. A payload of a log has [PayloadBytes], half of them random and half the
// same in every entry, so that compression has something to do. A state machine is given
// puts of as large values, each under a key of its own of [KeyBytes].
//
// Every run begins on a new engine in a new directory. A rate is over all calls of a run, and a
// time is that of its median call. What the calls leave, or return, is looked at afterwards: an
// engine that answers wrongly has an error and no value. A time is never a test's pass or
// failure: it is the machine's as much as the engine's. Of a durable call that falls short
// [Judge] says whether it does by more than one fsync of the disk takes.
//
// An engine is measured by a command (ackproof bench) or as Go benchmarks:
//
//	func BenchmarkEngine(b *testing.B) { enginebench.Benchmark(b, enginebench.Log(mywal.Factory())) }
package enginebench
