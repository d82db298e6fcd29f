package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryLeastBytes is what the process may use before it collects harder, unless
// its live heap is large.
const memoryLeastBytes = 400 << 20

// spendMemory trades memory for speed. A recovery allocates some tens of KiB
// that are garbage once it is judged, many thousand times a second, beside a live
// heap of a few MiB. With Go's default, a collection at twice the live heap, that
// is a collection every few hundred recoveries; at nine times it is a ninth of
// that. The limit keeps a large live heap from growing ninefold. Whoever sets
// GOGC or GOMEMLIMIT decides.
func spendMemory() {
	const percent = 800
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLeastBytes)
		go followLiveHeap()
	}
}

// followLiveHeap keeps the limit at twice the live heap, as that of a run
// of hours grows with the states that it remembers. It never returns.
func followLiveHeap() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for range time.Tick(time.Second) {
		metrics.Read(live)
		debug.SetMemoryLimit(max(memoryLeastBytes, 2*int64(live[0].Value.Uint64())))
	}
}

// defaultCollection undoes what spendMemory does to the garbage collector, where the time of an
// engine is measured as its users have it.
func defaultCollection() {
	const percent = 100 // Go's default
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
