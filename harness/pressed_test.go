package harness_test

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// busyVariable makes TestBusy, in a process that a test started, keep a processor busy.
const busyVariable = "ACKPROOF_TEST_BUSY"

func TestBusy(*testing.T) {
	if os.Getenv(busyVariable) == "" {
		return // only children do it
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent is gone
		os.Exit(0)
	}()
	for n := uint64(1); n != 0; n += 2 {
	}
}

// keepBusy has n processes compute until the test ends.
func keepBusy(t *testing.T, n int) {
	t.Helper()
	for range n {
		cmd := exec.Command(os.Args[0], "-test.run=^TestBusy$")
		cmd.Env = append(os.Environ(), busyVariable+"=1")
		in, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = in.Close()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
	}
}

// pressed is a run of a canary with too little time.
type pressed struct {
	canary canary.Canary
	config harness.Config
	// limit is its time, by a budget or by a deadline.
	limit    time.Duration
	byBudget bool
}

func drawPressed(seed uint64) pressed {
	r := rand.New(rand.NewPCG(seed, 0))
	all := slices.DeleteFunc(canary.All(), func(c canary.Canary) bool {
		return c.Name == "hangs-on-torn-tail" // it leaves goroutines behind; see TestToldInTime
	})
	p := pressed{
		canary: all[r.IntN(len(all))], byBudget: r.IntN(2) == 0,
		limit:  300*time.Millisecond + time.Duration(r.Int64N(int64(2700*time.Millisecond))),
		config: harness.Config{Seed: harness.Seed(seed), Profile: crash.Ext4Ordered()},
	}
	if r.IntN(2) == 0 || p.canary.Profile != "" {
		p.config.Profile = crash.StrictPosix()
	}
	if r.IntN(2) == 0 {
		p.config.Until = harness.UntilRefuted
	}
	return p
}

// scheduling is what a loaded machine may take beyond a limit.
const scheduling = 2 * time.Second

// run runs the canary, and returns by how much it took more than its time and how many
// findings it has.
func (p pressed) run(t *testing.T) (over time.Duration, findings int) {
	ctx, c := t.Context(), p.config
	told := 0
	c.Found = func(f *evidence.Case) {
		told++
		f.File = "told"
	}
	began := time.Now()
	if p.byBudget {
		c.Budget = p.limit
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.limit)
		defer cancel()
	}
	o, err := harness.Verify(ctx, p.canary.Factory(), c)
	over = time.Since(began) - p.limit
	if err != nil {
		t.Errorf("%s: %v", p.canary.Name, err)
		return over, 0
	}
	if over > scheduling {
		t.Errorf("seed %d: it took %v more than %v: %s", c.Seed, over, p.limit, o.Summary())
	}
	for _, f := range o.Findings {
		if f.File == "" {
			t.Errorf("seed %d: this was never told: %s", c.Seed, f.Signature)
		}
	}
	if (told > 0 || o.Tally.Failing > 0) && len(o.Findings) == 0 {
		t.Errorf("seed %d: %d failing states, %d told: %s", c.Seed, o.Tally.Failing, told, o.Summary())
	}
	if o.Verdict == evidence.Held || o.Verdict == evidence.Unknown && o.Cut == "" {
		t.Errorf("seed %d: cut %q, yet: %s", c.Seed, o.Cut, o.Summary())
	}
	return over, len(o.Findings)
}

// TestLittleTimeUnderLoad: with too little time and too few processors, no run takes
// longer than it may, and none keeps what it found to itself.
func TestLittleTimeUnderLoad(t *testing.T) {
	runs, atOnce := 100, 6
	if testing.Short() {
		runs = 30
	}
	keepBusy(t, 10)
	var mu sync.Mutex
	var group sync.WaitGroup
	var worst time.Duration
	var refuted int
	seeds := make(chan uint64)
	for range atOnce {
		group.Go(func() {
			for seed := range seeds {
				over, findings := drawPressed(seed).run(t)
				mu.Lock()
				worst, refuted = max(worst, over), refuted+min(findings, 1)
				mu.Unlock()
			}
		})
	}
	for seed := range runs {
		seeds <- uint64(seed + 1)
	}
	close(seeds)
	group.Wait()
	t.Logf("%d runs, %d refuted, at most %v over their time", runs, refuted, worst)
	if refuted == 0 {
		t.Error("no run found anything")
	}
}
