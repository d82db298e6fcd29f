package harness

import (
	"slices"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/models"
)

// waitLimit is how long a call may take while a fault lasts.
func waitLimit(limit time.Duration) time.Duration {
	return min(limit, max(limit/50, 100*time.Millisecond))
}

// waits reports whether a call that was invoked at a time, and did not return, may be one
// that waits for a fault to end: one that lasts failed calls in it. An engine may wait for
// space, or try again until a device is well.
func (r *recording) waits(invoked int, failed *models.Failure) bool {
	return failed.Hung() && r.faultSince(invoked) && r.hasLasting()
}

// hasLasting reports whether a fault is there that ends only if somebody ends it.
func (r *recording) hasLasting() bool {
	return r.machine.Space().Limited || slices.ContainsFunc(r.machine.Faults(), func(c fault.Count) bool {
		return c.Fault.Times == fault.Forever && c.Fired > 0
	})
}

// waited is the result of a call that waited.
func waited(failed *models.Failure) models.Result {
	return models.Result{Err: "waits for as long as the fault lasts: " + failed.Text}
}

// waitedToOpen makes of an opening that waited one that failed.
func waitedToOpen(failed *models.Failure) {
	failed.Manner, failed.Text = engines.MannerError, waited(failed).Err
}
