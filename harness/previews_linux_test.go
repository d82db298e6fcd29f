package harness_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// moody returns bbolt that does harm when it opens a log that ends at an entry
// which the word picks: in read-only opens, in others, or in both.
func moody(name string, readOnly, writable bool, harm func()) engines.Factory {
	f := bolt
	f.Name = "moody-" + name
	does := func(open func(engines.Env) (engines.StorageEngine, error), harms bool) func(engines.Env) (engines.StorageEngine, error) {
		return func(env engines.Env) (engines.StorageEngine, error) {
			e, err := open(env)
			if err == nil && harms && e.LogStore().LastIndex()%3 == 2 {
				harm()
			}
			return e, err
		}
	}
	f.Open, f.OpenReadOnly = does(bolt.Open, writable), does(bolt.OpenReadOnly, readOnly)
	return f
}

var (
	moodyExit   = func() { os.Exit(3) }
	moodyPanic  = func() { panic("on purpose") }
	moodyHang   = func() { select {} }
	moodyReads  = []engines.Factory{moody("exit", true, false, moodyExit), moody("panic", true, false, moodyPanic), moody("hang", true, false, moodyHang)}
	moodyAlways = []engines.Factory{moody("exit-always", true, true, moodyExit), moody("panic-always", true, true, moodyPanic)}
	moodyWrites = []engines.Factory{moody("exit-writes", false, true, moodyExit), moody("panic-writes", false, true, moodyPanic)}
)

// growing is a program with states of a healthy log around those of a moody one.
var growing = []scenarios.NamedProgram{{Name: "growing", Program: raftlog.MustParse(
	strings.Repeat("persist 1 size=100-300\nsave-hard-state term=+1\npersist 1 back=1\n", 6))}}

// TestPreviewsChangeNothing explores with one preview at a time and with several:
// the outcomes are the same, also of engines that fail at some images, and at
// previews of these.
func TestPreviewsChangeNothing(t *testing.T) {
	all := slices.Concat([]engines.Factory{bolt, boltNoSync, onDir()}, moodyWrites, moodyAlways, moodyReads)
	if testing.Short() { // those that exit, which takes a new process each time, are left to the tests in full
		all = slices.DeleteFunc(all, func(f engines.Factory) bool { return strings.HasPrefix(f.Name, "moody-exit") })
	}
	for _, f := range all {
		t.Run(f.Name, func(t *testing.T) {
			programs := growing
			if testing.Short() || strings.Contains(f.Name, "moody") {
				programs = []scenarios.NamedProgram{{Name: "short", Program: growing[0].Program[:8]}}
			}
			if f.OpenReadOnly == nil {
				programs = boltPrograms[:1]
			}
			c := harness.Config{Only: programs, SecondLives: 2, NoShrink: true, Workers: 1}
			if f.Name == boltNoSync.Name {
				c.Until = harness.UntilRefuted // later it hangs on some images, not always on the same
			}
			if f.Name == "moody-hang" {
				// Each preview that hangs takes as long, and on a loaded machine an open of
				// a sound engine must not.
				c.Only = []scenarios.NamedProgram{{Name: "shorter", Program: growing[0].Program[:4]}}
				c.HangAfter, c.Quick, c.Depth = 2*time.Second, true, -1
			}
			began := time.Now()
			one, several := withPreviews(t, f, c, 1), withPreviews(t, f, c, 8)
			if took := time.Since(began); f.Name == "moody-hang" && took < 2*c.HangAfter {
				t.Errorf("it took %v, so no preview hung", took)
			}
			if got, want := told(several), told(one); got != want {
				t.Errorf("with previews\n%s\nwant as without\n%s", got, want)
			}
			if harmless := !strings.HasSuffix(f.Name, "-always") && !strings.HasSuffix(f.Name, "-writes") && f.Name != boltNoSync.Name; harmless != (one.Verdict == evidence.Held) {
				t.Errorf("%s\n%v", one.Summary(), one.Findings)
			}
			noChildren(t)
		})
	}
}

func withPreviews(t *testing.T, f engines.Factory, c harness.Config, n int) *evidence.Outcome {
	t.Helper()
	o, err := harness.VerifyWithPreviews(t.Context(), f, c, n)
	orNotRun(t, err)
	return o
}

// told returns all that an outcome says.
func told(o *evidence.Outcome) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%+v\n", o.Summary(), o.Tally)
	for _, f := range o.Findings {
		fmt.Fprintf(&b, "%s\n", reports.FindingText(f))
	}
	return b.String()
}
