package evidence

import "github.com/ackproof/ackproof/models"

// wholeHistory returns the calls of the life and of those before, on one clock. A crash between
// two of them is a call too.
func (l *Life) wholeHistory() (out models.History) {
	lives, began := l.Lives(), 0
	for i, one := range lives {
		end, calls := len(one.Journal.Events), one.Calls
		if i+1 < len(lives) {
			end = lives[i+1].Crash.Point
			calls = calls.Until(end - 1)
		}
		if opened := one.Recovered != nil && end > one.OpenedAt; opened && i > 0 {
			out = append(out, models.Call{
				ID: l.LastCall() + i, Op: models.Crash, Result: models.Result{Recovered: one.Recovered}, Invoked: began - 2, Returned: began - 1,
			})
		}
		for _, call := range calls {
			call.Invoked += began
			if call.Returned != models.Pending {
				call.Returned += began
			}
			out = append(out, call)
		}
		began += end + 3
	}
	return out
}
