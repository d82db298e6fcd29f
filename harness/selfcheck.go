package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/internal/selfcheck"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	programs "github.com/ackproof/ackproof/scenarios/raftlog"
)

// checkSelf reports what is broken in the harness, under the profile and on a host for
// engines with such needs: "" if nothing is, or if ctx ends before it is known. What one
// run came to holds for all of this process.
func checkSelf(ctx context.Context, needs engines.Needs, c Config) (broken string, err error) {
	broken, err = c.check.Once(selfcheck.Place{Profile: c.Profile, Needs: needs}, func() (string, error) {
		sound, canary := c.check.Sound, c.check.Canary
		sound.Needs, canary.Needs = needs, needs
		return checkBoth(ctx, sound, canary, c.Profile)
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return "", nil // a check that was cut short shows nothing
	case err != nil:
		return "", fmt.Errorf("self-check: %w", err)
	}
	return broken, nil
}

// checkBoth explores both engines. Each keeps to its manner whatever the profile says: no
// knob keeps an fsync of a file and its directory from forcing all that was written to
// them, and none forces anything of an appended file that nobody fsyncs. Where flushes lie nothing
// is forced, and no engine can be sound: there the profile is checked without that.
func checkBoth(ctx context.Context, sound, canary subject.Factory, p crash.Profile) (broken string, err error) {
	p.FlushesLie = false
	x, err := exploreCheck(ctx, sound, p)
	if err != nil {
		return "", err
	}
	if len(x.found) > 0 {
		return "its engine that fsyncs every entry is refuted: " + x.found[0].Told(p.Name), nil
	}
	if x.tally.Programs == 0 || x.tally.Unknown > 0 || x.tally.Evidence[models.AckedDurable] == 0 {
		return "its engine that fsyncs every entry is not held in " + statesOf(x), nil
	}
	if x, err = exploreCheck(ctx, canary, p); err != nil {
		return "", err
	}
	if len(x.found) == 0 || x.found[0].Property() != models.AckedDurable {
		return fmt.Sprintf("its engine that never fsyncs is not refuted by %s in %s", models.AckedDurable, statesOf(x)), nil
	}
	return "", nil
}

func statesOf(x *exploration) string {
	return fmt.Sprintf("%d states, %d of them unknown", x.tally.Visited, x.tally.Unknown)
}

// checkProgram has something pending, and something durable before it, at some crash points.
var checkProgram = scenarios.NamedProgram{
	Name: "self-check", Program: programs.MustParse("first-open\npersist 1\npersist 1"),
}

// checkPlan is the likeliest states, and some of each other kind.
func checkPlan() crash.Plan {
	var p crash.Plan
	p.Max[crash.StagePrefix], p.Max[crash.StagePartial], p.Max[crash.StageOmit] = 4, 4, 4
	p.Max[crash.StageFew], p.Max[crash.StageSample] = 4, -1
	return p.Resolved()
}

// checkHangAfter is the engines' limit, whatever that of the engine under test: theirs
// must not be passed on a slow machine.
const checkHangAfter = 30 * time.Second

// exploreCheck explores an engine of the check until its first finding. It fails if ctx
// ends before.
func exploreCheck(ctx context.Context, f subject.Factory, p crash.Profile) (*exploration, error) {
	h, err := host.New(f, host.Options{HangAfter: checkHangAfter, Disks: evidence.Disks(p), Done: ctx.Done()})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	c := Config{Profile: p, Depth: 1, HangAfter: checkHangAfter, Until: UntilRefuted, FindingsMax: 1, Plan: checkPlan()}
	x := newExploration(ctx, h, c, round{plan: c.Plan, planned: true}, newCache())
	x.engine, x.named = f.Name, checkProgram
	if _, err = x.program(nil, evidence.Seed(1)); err == nil && x.cut {
		err = ctx.Err() // nil if it was cut as the engine hangs
	}
	return x, err
}
