package harness

import (
	"testing"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// What a recovery left is not told of other images in which the engine shows the same.
func TestLeftIsOfOneImage(t *testing.T) {
	c := newCache()
	view := &raftlog.View{}
	c.put(digest.Digest{Lo: 1}, &models.Recovered{View: view, Again: view, Left: []string{"/db/LOCK is open"}})
	if got := c.shown(digest.Digest{Lo: 2}, view.Key()); got != nil {
		t.Errorf("got left %q of an image that nobody recovered from", got.Left)
	}
	c.put(digest.Digest{Lo: 3}, &models.Recovered{View: view, Again: view})
	if got := c.shown(digest.Digest{Lo: 2}, view.Key()); got == nil || got.Left != nil {
		t.Errorf("got %v, want the recovery that left nothing", got)
	}
}
