package harness

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// losesPage reports whether a call that was invoked at a time failed as a page of a memory map
// could not be read, by a fault. The kernel has no other way to say that than a signal that
// ends the process, so it is no promise of an engine to return.
func (r *recording) losesPage(invoked int, failed *models.Failure) bool {
	return failed != nil && failed.LostPage &&
		slices.ContainsFunc(r.machine.Journal().Events[invoked:], func(e journal.Event) bool { return e.IsFault() && e.Failed == fault.Read })
}

// died is the result of a call whose process died of a page.
func died(failed *models.Failure) models.Result {
	return models.Result{Err: "the process dies of a mapped page that cannot be read: " + failed.Text}
}

// diedOpening makes of an opening that died of a page one that failed.
func diedOpening(failed *models.Failure) {
	failed.Manner, failed.Text = engines.MannerError, died(failed).Err
}
