package evidence

import (
	"testing"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestShownInstead: what differs is named, and where one side shows nothing there is nothing to compare, as
// of an engine two of whose reads do not agree.
func TestShownInstead(t *testing.T) {
	empty, one := &raftlog.View{}, &raftlog.View{LastIndex: 1, HasHardState: true}
	if got := shownInstead(one, &models.Recovered{View: empty}); got == "" {
		t.Error("got nothing, want what differs")
	}
	for _, whole := range []models.View{nil, one} {
		if got := shownInstead(whole, &models.Recovered{}); got != "" {
			t.Errorf("got %q, want nothing", got)
		}
	}
	if got := shownInstead(nil, &models.Recovered{View: one}); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}
