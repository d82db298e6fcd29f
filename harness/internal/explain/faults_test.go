package explain_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/explain"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// muted is an engine that tells a number of errors of its persists, and then acknowledges
// everything. It shows what it was given, whatever came of that.
type muted struct {
	engines.StorageEngine
	log *mutedLog
}

func (m muted) LogStore() engines.LogStore { return m.log }
func (m muted) Claims() engines.Claims     { return m.StorageEngine.(engines.Claimer).Claims() }

type mutedLog struct {
	engines.LogStore
	tells   int
	entries []engines.Entry
}

func (l *mutedLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	err := l.LogStore.PersistEntries(ctx, entries)
	for _, e := range entries {
		e.Payload = bytes.Clone(e.Payload)
		l.entries = append(l.entries[:e.Index-1], e)
	}
	if err == nil || l.tells == 0 {
		return nil
	}
	l.tells--
	return err
}

func (l *mutedLog) Flush(ctx context.Context) error {
	_ = l.LogStore.Flush(ctx)
	return nil
}

func (l *mutedLog) LastIndex() uint64 { return uint64(len(l.entries)) }

func (l *mutedLog) GetEntries(_ context.Context, from, to uint64) ([]engines.Entry, error) {
	to = min(to, uint64(len(l.entries)))
	if from > to {
		return nil, nil
	}
	return l.entries[from-1 : to], nil
}

// mutedCase returns the first finding of a program on such an engine.
func mutedCase(t *testing.T, tells int, program string) *evidence.Case {
	t.Helper()
	all := canary.All()
	f := all[slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == "no-sync-on-persist" })].Healthy()
	open := f.Open
	f.OpenReadOnly = nil
	f.Without = engines.Without{HardState: tells > 0, Truncate: true, Purge: true, Reset: true}
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		if err != nil {
			return nil, err
		}
		log := &mutedLog{LogStore: e.LogStore(), tells: tells}
		if last := log.LogStore.LastIndex(); last > 0 {
			log.entries, err = log.LogStore.GetEntries(t.Context(), 1, last)
		}
		return muted{e, log}, err
	}
	o, err := harness.Verify(t.Context(), f, harness.Config{
		Profile: crash.Ext4Ordered(), Depth: -1,
		Only: []scenarios.NamedProgram{{Name: "faulted", Program: raftlog.MustParse(program)}},
	})
	if err != nil || len(o.Findings) == 0 || o.Findings[0].Explanation == nil {
		t.Fatalf("got %s, %v, want a finding that is explained", o.Summary(), err)
	}
	return o.Findings[0]
}

// wantFault wants one fault told, with some texts in its sentence.
func wantFault(t *testing.T, c *evidence.Case, texts ...string) evidence.FiredFault {
	t.Helper()
	if len(c.Explanation.Faults) != 1 {
		t.Fatalf("got %+v, want one fault", c.Explanation.Faults)
	}
	f := c.Explanation.Faults[0]
	for _, text := range texts {
		if !strings.Contains(f.Sentence, text) {
			t.Errorf("got %q, want %q in it", f.Sentence, text)
		}
	}
	if c.Life.Journal.Events[f.Event].Failed != fault.Fsync || len(f.Frames) == 0 || !strings.Contains(f.Frames[0].Function, "canary.(*plain).") {
		t.Errorf("got event %d at %v, want the fsync of the engine", f.Event, f.Frames)
	}
	return f
}

// Who drops an error is told where it came from, which call dropped it and that what this
// acknowledged is missing. Another fsync is not suggested.
func TestDroppedError(t *testing.T) {
	c := mutedCase(t, 0, "persist 1\nfail fsync 1\npersist 1")
	f := wantFault(t, c, "fsync of /db/00000001.base failed with EIO at canary.(*plain).syncLog failed.go:", "which succeeded all the same", "It failed once.", "acknowledged is missing.")
	if c.Property() != models.ErrorSurfaced || !f.Dropped || f.Forgotten != 0 || f.Missing != f.Call || f.Fault == "" {
		t.Errorf("got %s, %+v, want it dropped in the call that is missing", c.Property(), f)
	}
	if x := c.Explanation; x.MissingFsync != nil || !strings.Contains(x.NoFsync, "was called, and failed") || x.DecisiveEvent == nil || x.DecisiveEvent.Event != f.Event {
		t.Errorf("got %v, want that the fsync was called", x)
	}
	if text := c.Explanation.String(); !strings.Contains(text, fmt.Sprintf("fault, event %d: ", f.Event)+f.Sentence+"\n  at canary.(*plain).syncLog") {
		t.Errorf("got %s, want the fault in it", text)
	}
}

// An engine that says of one call that it failed, and believes it after that, is told both.
func TestForgottenError(t *testing.T) {
	c := mutedCase(t, 1, "persist 1\nfail fsync 1\npersist 1\npersist 1")
	f := wantFault(t, c, ", which failed: ", "The engine was told and forgot it: call")
	if f.Dropped || f.Forgotten == 0 || f.Missing == 0 {
		t.Errorf("got %+v, want it refused, and forgotten", f)
	}
}

// Of two faults the one is left that matters, and of a fault that fails many calls the one
// that does.
func TestShrinksToTheFaultThatMatters(t *testing.T) {
	for _, program := range []string{
		"persist 1\nfail fsync 1 error=ENOSPC\nsave-hard-state\nreopen\nfail fsync 1 error=ENOSPC times=all\npersist 1\nflush",
		"persist 1\nfail fsync 2 times=3\nfail write 9 times=all\npersist 1\npersist 1\nflush",
	} {
		c := mutedCase(t, 0, program)
		var faults []string
		for _, s := range c.Program {
			if s.Kind.IsFault() {
				faults = append(faults, s.String())
			}
		}
		if len(faults) != 1 || !strings.HasPrefix(faults[0], "fail fsync ") || strings.Contains(faults[0], "=") {
			t.Errorf("got %q of\n%s\nin\n%s", faults, program, c.Program)
		}
		wantFault(t, c, "It failed once.")
	}
}

// What was lost and had been done by a call that failed takes no fsync, but heed of the error.
func TestDroppedErrorOfWhatWasDone(t *testing.T) {
	c := mutedCase(t, 0, "persist 1\nfail write 1 lands=yes\npersist 1")
	x := c.Explanation
	if len(x.Faults) != 1 || !x.Faults[0].Dropped || x.MissingFsync != nil || x.DecisiveEvent == nil || x.DecisiveEvent.Event != x.Faults[0].Event {
		t.Errorf("got %v, want that the call failed that wrote what is lost", x)
	}
}

func TestFailedText(t *testing.T) {
	for want, e := range map[string]journal.Event{
		"fsync of /db/a failed with EIO":                             {Path: "/db/a", Failed: fault.Fsync},
		"fsync of directory /db failed with ENOSPC":                  {Path: "/db", Failed: fault.FsyncDir, Error: fault.ENOSPC},
		"rename of /db/a to /db/b was done, yet failed with EIO":     {Path: "/db/a", ToPath: "/db/b", Failed: fault.Rename, Lands: true},
		"write to /db/a was short: the first half of it was written": {Path: "/db/a", Failed: fault.Write, Error: fault.ShortWrite},
		"create of /db/a failed with ENOSPC, as the disk was full":   {Path: "/db/a", Failed: fault.Create, Error: fault.ENOSPC, Full: true},
	} {
		if got := explain.FailedText(e); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
