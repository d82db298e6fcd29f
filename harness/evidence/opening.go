package evidence

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// InOpening reports whether a crash at a time hits the engine while it opens: at the
// life's beginning, or within the life, after a close or a kill.
func (l *Life) InOpening(time int) bool {
	return time <= l.OpenedAt || slices.ContainsFunc(l.Calls, func(c models.Call) bool {
		return c.Opens() && c.Invoked < time && (c.Returned == models.Pending || time <= c.Returned)
	})
}
