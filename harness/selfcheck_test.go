package harness_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// tiny is a run that costs little beside its self-check.
func tiny(p crash.Profile) harness.Config {
	return harness.Config{
		Profile: p, Depth: -1, SecondLives: -1, Quick: true,
		Only: []scenarios.NamedProgram{{Name: "tiny", Program: raftlog.MustParse("persist 1")}},
	}
}

// checked returns the configuration with a self-check of its own.
func checked(c harness.Config) (harness.Config, *harness.SelfCheck) {
	return harness.CheckedBy(c, nil, nil)
}

func TestSelfCheckRunsOnceForEachProfile(t *testing.T) {
	c, check := checked(tiny(crash.XFS()))
	for _, p := range []crash.Profile{crash.XFS(), crash.XFS(), crash.Btrfs()} {
		c.Profile = p
		if o := verify(t, filelog.Factory(small), c); o.Verdict != evidence.Held || o.Broken != "" {
			t.Errorf("got %s, want it held", o.Summary())
		}
	}
	if check.Times() != 2 {
		t.Errorf("the self-check ran %d times for two profiles", check.Times())
	}
}

func TestSelfCheckUnderEveryProfile(t *testing.T) {
	for _, p := range crash.Profiles() {
		wantSound(t, p)
	}
}

// No setting of the knobs makes the self-check wrong, sensible or not.
func TestSelfCheckUnderAnyKnobs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	times := 300
	if testing.Short() {
		times = 60
	}
	for range times {
		p := crash.Profile{}
		fields := reflect.ValueOf(&p).Elem()
		for i := range fields.NumField() {
			switch f := fields.Field(i); f.Kind() {
			case reflect.Bool:
				f.SetBool(random.IntN(2) == 1)
			case reflect.Uint8:
				f.SetUint(random.Uint64N(3))
			}
		}
		p.Name = "random"
		p.TearUnitBytes = []int{512, 4096}[random.IntN(2)]
		p.PhysicalSectorBytes = []int{512, 4096}[random.IntN(2)]
		p.Fill = crash.Fills(1 + random.IntN(7))
		wantSound(t, p)
	}
}

// wantSound wants that the self-check finds nothing wrong, though it looked.
func wantSound(t *testing.T, p crash.Profile) {
	t.Helper()
	broken, err := harness.CheckSelf(t.Context(), engines.NeedsFS, p)
	if err != nil || broken != "" {
		t.Errorf("%+v: got %q, %v, want nothing broken", p, broken, err)
	}
}

// wantBroken wants a run that says nothing of the engine, as the harness is broken.
func wantBroken(t *testing.T, c harness.Config, words string) {
	t.Helper()
	o := verify(t, filelog.Factory(small), c)
	if o.Verdict != evidence.HarnessBroken || !strings.Contains(o.Broken, words) {
		t.Errorf("got %s, want %s: %s", o.Summary(), evidence.HarnessBroken, words)
	}
	if !strings.Contains(o.Summary(), o.Broken) || o.Tally.Visited != 0 {
		t.Errorf("got %s, want it to say why and nothing else", o.Summary())
	}
}

func TestBrokenHarness(t *testing.T) {
	_, builtIn := checked(harness.Config{})
	for _, p := range crash.Profiles() {
		// As where a sync forces nothing.
		lossy, _ := harness.CheckedBy(tiny(p), &builtIn.Canary, nil)
		wantBroken(t, lossy, string(models.AckedDurable))
		// As where nothing is ever lost.
		blind, _ := harness.CheckedBy(tiny(p), nil, &builtIn.Sound)
		wantBroken(t, blind, "never fsyncs is not refuted")
	}
}

// In go test a broken harness is a failure.
func TestRunOfBrokenHarness(t *testing.T) {
	const inside = "ACKPROOF_TEST_BROKEN_HARNESS"
	if os.Getenv(inside) != "" {
		_, builtIn := checked(harness.Config{})
		c, _ := harness.CheckedBy(tiny(crash.XFS()), nil, &builtIn.Sound)
		harness.Run(t, filelog.Factory(small), harness.WithConfig(c), harness.WithProfiles(crash.XFS()))
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), inside+"=1")
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || !strings.Contains(string(out), "harness broken, so nothing can be said of the engine") {
		t.Errorf("got %v, want a failure that says that the harness is broken:\n%s", err, out)
	}
}

// A run that is over before its self-check says nothing of it.
func TestSelfCheckOutOfTime(t *testing.T) {
	end := make(chan struct{})
	defer close(end)
	slow := logstore.Of(engines.Factory{Name: "slow", Open: func(engines.Env) (engines.StorageEngine, error) {
		<-end
		return nil, engines.ErrClosed
	}})
	for _, limit := range []time.Duration{1, 50 * time.Millisecond} {
		c, check := harness.CheckedBy(tiny(crash.XFS()), &slow, nil)
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		o, err := harness.Verify(ctx, filelog.Factory(small), c)
		if err != nil || o.Verdict != evidence.Unknown || o.Broken != "" || check.Times() != 0 {
			t.Errorf("got %v, %v after %d self-checks, want unknown after none", o, err, check.Times())
		}
	}
}

func BenchmarkSelfCheck(b *testing.B) {
	for _, p := range crash.Profiles() {
		b.Run(p.Name, func(b *testing.B) {
			for b.Loop() {
				if broken, err := harness.CheckSelf(b.Context(), engines.NeedsFS, p); broken != "" || err != nil {
					b.Fatal(broken, err)
				}
			}
		})
	}
}
