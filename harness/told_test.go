package harness_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
)

// slow engines sleep whenever they open, as those do whose recovery takes long.
var slowEngines = []engines.Factory{
	redo{syncsNothing: true, opening: 100 * time.Millisecond}.factory("slow-unsynced"),
	redo{opening: 100 * time.Millisecond}.factory("slow-sound"),
}

// toldWithin is how soon a finding is told.
const toldWithin = 10 * time.Second

// TestToldInTime: whatever an engine does, its bug is told at once, and the test ends
// before its deadline with a verdict under each profile.
func TestToldInTime(t *testing.T) {
	t.Run("harmful", harmfulAreTold)
	t.Run("slow", slowAreTold)
}

// slowAreTold tests engines whose recovery takes long. All run at once: they mostly sleep.
func slowAreTold(t *testing.T) {
	timeouts := []time.Duration{20 * time.Second, 40 * time.Second}
	if testing.Short() {
		timeouts = timeouts[:1]
	}
	var unsynced, sound []*child
	for _, timeout := range timeouts {
		unsynced = append(unsynced, startChild(t, "slow-unsynced", timeout))
		sound = append(sound, startChild(t, "slow-sound", timeout))
	}
	for i := range timeouts {
		if out := sound[i].endsInTime(t, "held", "unknown"); sound[i].code() != 0 {
			t.Errorf("a sound engine: exit %d\n%s", sound[i].code(), out)
		}
		unsynced[i].isTold(t, "refuted")
		unsynced[i].replay(t, unsynced[i].bundles())
	}
}

// harmfulAreTold tests engines that hang at each call of one kind, or end at each
// recovery: a worker that does so leaves a few states a second.
func harmfulAreTold(t *testing.T) {
	all := harmfulFactories()
	if testing.Short() {
		all = slices.DeleteFunc(all, func(f engines.Factory) bool {
			return !slices.Contains([]string{"hangs-at-persist", "exits-on-dir"}, f.Name)
		})
	}
	const timeout, atOnce = 15 * time.Second, 5
	for some := range slices.Chunk(all, atOnce) {
		var children []*child
		for _, f := range some {
			children = append(children, startChild(t, f.Name, timeout, hangAfter))
		}
		for _, c := range children {
			t.Run(c.engine, func(t *testing.T) {
				c.isTold(t, "refuted", "unknown") // a loaded machine may leave a profile too little time
				if bundles := c.bundles(); len(bundles) > 0 {
					c.replay(t, bundles[:1], hangAfter)
				}
			})
		}
	}
}

const hangAfter = "-ackproof.hang-after=200ms"

// isTold wants that a child's first finding was told at once, and that the child failed in
// time, with the verdicts that are allowed.
func (c *child) isTold(t *testing.T, allowed ...string) {
	t.Helper()
	out := c.wait(t)
	if strings.Contains(out, "NOTHING WAS TESTED") {
		t.Skip("NOT RUN: engines on directories cannot be explored here; ACKPROOF_REQUIRE=fuse makes this a failure")
	}
	c.endsInTime(t, allowed...)
	after, ok := c.toldAfter()
	if !ok || after > toldWithin || c.code() != 1 {
		t.Errorf("exit %d; told %v, after %v, want within %v\n%s", c.code(), ok, after, toldWithin, out)
	}
	t.Logf("%s: told after %v; it took %v of %v", c.engine, after, c.took(), c.timeout)
}

// endsInTime wants that a child ended before its deadline, and not by it, with a verdict
// under each profile that is one of those that are allowed.
func (c *child) endsInTime(t *testing.T, allowed ...string) string {
	t.Helper()
	out := c.wait(t)
	if strings.Contains(out, "test timed out") || c.took() > c.timeout {
		t.Errorf("it took %v of %v, want it to end before\n%s", c.took(), c.timeout, out)
	}
	verdicts := c.verdicts()
	for _, p := range crash.Profiles() {
		if !slices.Contains(allowed, verdicts[p.Name]) {
			t.Errorf("under %s: got %q, want one of %q\n%s", p.Name, verdicts[p.Name], allowed, out)
		}
	}
	return out
}

// replay wants bundles to show their findings again.
func (c *child) replay(t *testing.T, bundles []string, flags ...string) {
	t.Helper()
	if len(bundles) == 0 {
		t.Error("there is no bundle")
	}
	for _, bundle := range bundles {
		again := startChild(t, c.engine, time.Minute, append(flags, "-ackproof.replay="+bundle)...)
		if out := again.wait(t); again.code() != 1 || !strings.Contains(out, " breaks ") {
			t.Errorf("exit %d, replay of %s\n%s", again.code(), bundle, out)
		}
	}
}
