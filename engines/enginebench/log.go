package enginebench

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// Log returns what is measured of a log store, in the order of d-engine's table. f.Program is not
// looked at: to measure a program, Open must run it.
func Log(f engines.Factory) []Measurement {
	l := logs{maker[engines.StorageEngine]{f.Needs, f.Open}, f.Without, f.Limits}
	rate := Target{100_000, EntriesPerSecond}
	seconds := func(limit float64) Target { return Target{limit, Seconds} }
	return []Measurement{
		{
			Name: "persist_entries", Target: rate, Commits: true, run: l.persistEntries,
			Does: fmt.Sprintf("persists %s entries, %d in each call", Thousands(persistedEntries), BatchEntries),
		},
		{
			Name: "entry", Target: seconds(1e-3), run: l.entry(false),
			Does: fmt.Sprintf("reads single entries of a log of %s, %s calls", Thousands(logEntries), Thousands(readCalls)),
		},
		{
			Name: "entry/reopened", Target: seconds(1e-3), run: l.entry(true),
			Does: "the same, of a log that was closed and opened again",
		},
		{
			Name: "get_entries", Target: seconds(1e-3), run: l.getEntries(false),
			Does: fmt.Sprintf("reads all of a log of %s entries in one call, %d times", Thousands(logEntries), rangeCalls),
		},
		{
			Name: "get_entries/reopened", Target: seconds(1e-3), run: l.getEntries(true),
			Does: "the same, of a log that was closed and opened again",
		},
		{
			Name: "purge", Target: seconds(0.1), Commits: true, run: l.purge,
			Does: fmt.Sprintf("purges the first %s of %s entries in one call", Thousands(logEntries), Thousands(logEntries+keptEntries)),
		},
		{
			Name: "truncate", Target: seconds(0.1), Commits: true, run: l.truncate,
			Does: fmt.Sprintf("truncates the last %s of %s entries in one call", Thousands(logEntries), Thousands(logEntries+keptEntries)),
		},
		{
			Name: "flush", Target: seconds(0), Commits: true, run: l.flush,
			Does: fmt.Sprintf("flushes after %d entries were persisted", BatchEntries),
		},
		{
			Name: "reset", Target: seconds(1), Commits: true, run: l.reset,
			Does: fmt.Sprintf("resets a log of %s entries", Thousands(logEntries)),
		},
		{
			Name: "last_index", Target: seconds(100e-6), run: l.lastIndex,
			Does: fmt.Sprintf("reads the last index, %s calls", Thousands(readCalls)),
		},
	}
}
