package harness

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// heedingLog is a durable log that looks at the context once it has written, and then says
// that nobody knows what was done.
type heedingLog struct {
	engines.LogStore
	// refuses has it take no writes after that, which is a bug.
	refuses bool
	refused atomic.Bool
}

var errBusy = errors.New("a write is in progress")

func (l *heedingLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if l.refused.Load() {
		return errBusy
	}
	err := l.LogStore.PersistEntries(ctx, entries)
	if err == nil && ctx.Err() != nil {
		l.refused.Store(l.refuses)
		return ctx.Err()
	}
	return err
}

// heeding is an engine with such a log.
type heeding struct {
	*filelog.Engine
	log *heedingLog
}

func (h heeding) LogStore() engines.LogStore { return h.log }

func heedingFactory(refuses bool) engines.Factory {
	return engines.Factory{Name: "heeding", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := filelog.Open(filelog.Options{FS: env.FS, Dir: env.Dir})
		if err != nil {
			return nil, err
		}
		return heeding{e, &heedingLog{LogStore: e.LogStore(), refuses: refuses}}, nil
	}, Without: engines.Without{Purge: true}}
}

const againProgram = "persist 2\npersist 3 size=100 cancel=1\npersist again\nflush\ncrash lose=everything\npersist again\npersist 1\nreopen"

// TestCancelledCalls: a call's context ends right after the call of the file system that the
// program names, or not at all, and what it wrote is written again without a change.
func TestCancelledCalls(t *testing.T) {
	c := Config{Profile: crash.StrictPosix()}
	for _, test := range []struct {
		program   string
		cancelled int // calls
		refused   int // of these
	}{
		{againProgram, 1, 1},
		{"persist 1\npersist 1 cancel=99\nread-last-index cancel=1", 0, 0},
		{"persist 1\nflush\npersist 1 cancel=1\nsave-hard-state term=+1 cancel=1\npersist 1", 2, 1},
		{"persist 1\nconcurrently readers=2 reads=4 {\n  persist 1 cancel=1\n  persist again\n  persist 1 cancel=1\n}\npersist 1", 2, 2},
	} {
		out, err := Record(heedingFactory(false), c, raftlog.MustParse(test.program))
		if err != nil {
			t.Fatal(err)
		}
		if out.Failed != nil {
			t.Errorf("%s: %v", test.program, out.Failed.Verdict.Violations)
			continue
		}
		cancelled, refused := 0, 0
		for _, l := range out.Lives {
			for _, c := range l.Calls {
				if c.Cancelled {
					cancelled++
				}
				if c.Result.Err != "" {
					refused++
				}
			}
		}
		if cancelled != test.cancelled || refused != test.refused {
			t.Errorf("%s: %d calls were cancelled and %d refused, want %d and %d", test.program, cancelled, refused, test.cancelled, test.refused)
		}
	}
}

// TestAgainIsTheSame: the entries that are written again are those that were written, after
// a crash too.
func TestAgainIsTheSame(t *testing.T) {
	out, err := Record(heedingFactory(false), Config{Profile: crash.StrictPosix()}, raftlog.MustParse(againProgram))
	if err != nil || out.Failed != nil {
		t.Fatal(out, err)
	}
	var batches [][]logmodel.Entry
	for _, l := range out.Lives {
		for _, c := range l.Calls {
			if op, ok := c.Op.(*logmodel.Op); ok && len(op.Entries) == 3 {
				batches = append(batches, op.Entries)
			}
		}
	}
	if len(batches) != 3 || !slices.Equal(batches[0], batches[1]) || !slices.Equal(batches[0], batches[2]) {
		t.Errorf("got the batches %v, want one three times", batches)
	}
}

// TestCancelsHold: engines that heed contexts, or do not, hold where calls are cancelled.
func TestCancelsHold(t *testing.T) {
	for _, f := range []engines.Factory{heedingFactory(false), filelog.BufferedFactory(filelog.Options{}), memlog.Factory()} {
		for _, p := range []crash.Profile{crash.StrictPosix(), crash.Ext4Ordered()} {
			o := swept(t, f, FaultsShare, p, "persist 2\npersist 2 back=1\nsave-hard-state term=+1\ntruncate 1\npersist 2\nread-range 1 9\nflush")
			notCancelled := slices.ContainsFunc(o.NotFired, func(program string) bool { return strings.Contains(program, "cancel=") })
			if o.Verdict != evidence.Held || notCancelled {
				t.Errorf("%s under %s: got %v, not fired %q, %v", f.Name, p.Name, o.Summary(), o.NotFired, o.Findings)
			}
		}
	}
}

// TestCancelLeavesNoExcuse: an engine falls that takes no writes after one was cancelled.
func TestCancelLeavesNoExcuse(t *testing.T) {
	o := swept(t, heedingFactory(true), FaultsShare, crash.Ext4Ordered(), "persist 2\npersist 2")
	if !o.Has(models.ReadsLinearizable) {
		t.Fatalf("got %v, %v, want that %s is broken", o.Verdict, o.Findings, models.ReadsLinearizable)
	}
	program := o.Findings[0].Program
	if i := slices.IndexFunc(program, func(s scenarios.Step) bool { return s.CancelAfter > 0 }); i < 0 || len(program) > 3 {
		t.Errorf("got the program %v, want the call that was cancelled and one after it", program)
	}
}

// elsewhere is a host whose engines are not put to all faults.
type elsewhere struct{ host.Host }

func (elsewhere) NotTried() string { return "it runs elsewhere" }

func (elsewhere) Cancels() bool { return false }

func (elsewhere) Sticks() bool { return false }

// TestFaultsAreRefused: a program is not run as if it said less of faults than it does.
func TestFaultsAreRefused(t *testing.T) {
	for _, text := range []string{"persist 1 cancel=2", "fail fsync 1 error=stuck", "concurrently {\n  flush cancel=1\n}", "crash in flush cancel=1 lose=nothing"} {
		out, err := record(elsewhere{}, false, nil, raftlog.MustParse("persist 1\n"+text))
		if err == nil || !strings.Contains(err.Error(), "is not run: it runs elsewhere") {
			t.Errorf("%q: got %v, %v, want that it is refused", text, out, err)
		}
	}
}

// TestLastFaultedProgramsAreHeard: what the last programs with a fault find is told, however
// many programs without one there are.
func TestLastFaultedProgramsAreHeard(t *testing.T) {
	c := Config{Profile: crash.Ext4Ordered(), Faults: FaultsShare, Programs: -1, Depth: -1, Until: UntilRefuted}
	for range 60 {
		c.Only = append(c.Only, scenarios.NamedProgram{Name: "others", Program: raftlog.MustParse("persist 1\ncrash lose=nothing")})
	}
	c.Only = append(c.Only, scenarios.NamedProgram{Name: "swept", Program: raftlog.MustParse("persist 1\npersist 1")})
	o, err := Verify(context.Background(), heedingFactory(true), c)
	if err != nil || !o.Has(models.ReadsLinearizable) {
		t.Errorf("got %v, %v, want that %s is broken", o.Summary(), err, models.ReadsLinearizable)
	}
}
