package schedule

import (
	"runtime"
	"time"
)

// The patience with those that run while others are parked. Most waits end within a few
// yields.
const (
	yieldsMax = 16
	pauseMin  = 20 * time.Microsecond
	pauseMax  = 2 * time.Millisecond
	// looksMax ends a wait in which nothing at all happens, whatever the reason: a gate
	// must never be taken for an engine that hangs. It is some tenths of a second.
	looksMax = 100
)

// Skip is the function by which a goroutine that looks after others is known; it is none
// of an engine's.
const Skip = "internal/schedule.lookAfter("

// lookAfter calls stuck whenever nothing has happened for a little, until nobody is
// parked any more, with the number of looks at which nothing had. look returns how much has
// happened and reports whether somebody is parked.
func lookAfter(look func() (happened uint64, parked bool), stuck func(happened uint64, looks int)) {
	looks, last, pause := 0, uint64(0), pauseMin
	for {
		now, parked := look()
		if !parked {
			return
		}
		if now != last {
			looks, last, pause = 0, now, pauseMin
		}
		if quiet(look, now, pause) {
			looks++
			pause = min(2*pause, pauseMax)
			stuck(now, looks)
		}
	}
}

// quiet lets others run for a little, and reports whether nothing happened meanwhile.
func quiet(look func() (uint64, bool), before uint64, pause time.Duration) bool {
	for range yieldsMax {
		runtime.Gosched()
		if now, parked := look(); now != before || !parked {
			return false
		}
	}
	time.Sleep(pause)
	now, parked := look()
	return now == before && parked
}
