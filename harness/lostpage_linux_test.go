package harness_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// died returns how many calls of a life, and how many openings, ended as the process died of
// a page.
func died(l *evidence.Life) (calls, openings int) {
	const words = "dies of a mapped page"
	fails := func(r *models.Recovered) bool {
		return r != nil && r.Failure != nil && strings.Contains(r.Failure.Text, words)
	}
	for _, c := range l.Calls {
		if strings.Contains(c.Result.Err, words) {
			calls++
		}
		if fails(c.Result.Recovered) {
			openings++
		}
	}
	return calls, openings
}

// TestPageInFails: an engine that reads through a memory map dies of a page that cannot be
// read, in a call or as it opens. That is no finding: the next process opens what is on the
// disk, and the program goes on.
func TestPageInFails(t *testing.T) {
	for what, text := range map[string]string{
		"call":  "persist 2\nfail read %d\npersist 1\npersist 1\nreopen\npersist 1",
		"open":  "persist 2\nfail read %d\nkill\npersist 1",
		"block": "persist 2\nfail read %d times=all\nconcurrently readers=2 reads=2 {\n  persist 1\n  persist 1\n}\npersist 1",
	} {
		calls, openings := 0, 0
		for _, nth := range []int{1, 2} {
			if testing.Short() && (what == "open") != (nth == 2) {
				continue
			}
			program := raftlog.MustParse(fmt.Sprintf(text, nth))
			out, err := harness.Record(bolt, harness.Config{Profile: crash.Ext4Ordered()}, program)
			orNotRun(t, err)
			if out.Failed != nil {
				t.Fatalf("%v: %v", program, out.Failed.Verdict.Violations)
			}
			in, at := died(out.Lives[0])
			calls, openings = calls+in, openings+at
		}
		if what != "open" && calls == 0 || what == "open" && openings == 0 {
			t.Errorf("%s: %d calls and %d openings died of a page, want some", what, calls, openings)
		}
		noChildren(t)
	}
}
