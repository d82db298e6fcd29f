package main

import (
	"os"
	"runtime/debug"
)

// memoryLimitBytes is what the process may use before it collects harder.
const memoryLimitBytes = 4 << 30

// spendMemory trades memory for speed. A recovery allocates some tens of KiB
// that are garbage once it is judged, many thousand times a second, beside a live
// heap of a few MiB. With Go's default, a collection at twice the live heap, that
// is a collection every few hundred recoveries; at nine times it is a ninth of
// that. The limit keeps a large live heap, as of a long run, from growing
// ninefold. Whoever sets GOGC or GOMEMLIMIT decides.
func spendMemory() {
	const percent = 800
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimitBytes)
	}
}
