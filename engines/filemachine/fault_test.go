package filemachine

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
)

// TestFaults has each call of each program fail, one at a time, in each way, with each
// aftermath of a failed fsync. A step during which one failed says so or did what it says;
// nothing that was durable is lost then, and what the next open shows is.
func TestFaults(t *testing.T) {
	each(t, func(t *testing.T, steps []step, opts Options, profile crash.Profile) {
		clean := run(t, opts, faultfs.NewDisk(faultfs.Config{NoStacks: true}), steps)
		must(t, clean.failed)
		fired, stride := 0, 1
		if testing.Short() {
			stride = 12
			if profile != crash.StrictPosix() && profile != crash.Ext4Ordered() {
				t.Skip("takes long")
			}
		}
		for _, aftermath := range profile.Aftermaths() {
			for _, f := range kinds() {
				if aftermath != profile && !f.Call.IsSync() {
					continue // it says what a failed fsync leaves
				}
				for f.Nth = 1; checkFault(t, steps, clean, aftermath, f); f.Nth += stride {
					fired++
				}
				if t.Failed() {
					return
				}
			}
		}
		t.Logf("%d faults", fired)
		if fired < 100/stride {
			t.Errorf("%d faults fired, want at least %d", fired, 100/stride)
		}
	})
}

// kinds returns the first of each kind of fault.
func kinds() []fault.Fault {
	var out []fault.Fault
	for _, call := range fault.Calls() {
		for _, e := range []fault.Error{fault.EIO, fault.ENOSPC, fault.ShortWrite} {
			for _, lands := range []bool{false, true} {
				if f := (fault.Fault{Call: call, Nth: 1, Error: e, Times: 1, Lands: lands}); f.Check() == nil {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// checkFault runs steps with a fault, and what comes after it. It reports whether the fault
// fired.
func checkFault(t *testing.T, steps []step, clean *life, profile crash.Profile, f fault.Fault) bool {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{
		NoStacks: true, Faults: []fault.Fault{f}, SyncFailure: profile.SyncFailure, SyncReport: profile.SyncReport,
	})
	l := run(t, clean.opts, d, steps)
	if l.disk.Faults()[0].Fired == 0 {
		return false
	}
	for i := range l.outcomes {
		o, want := &l.outcomes[i], clean.outcomes[i].shows
		if isLast := i == len(l.outcomes)-1; isLast && l.failed != nil {
			o.shows = want // it may have happened
		} else if o.shows != want {
			t.Errorf("%s: step %d shows %q, want %q", f, i, o.shows, want)
		}
	}
	if l.failed != nil {
		l.checkFailed(t, f)
	}
	l.checkNext(t, profile, f)
	if t.Failed() {
		t.Logf("under %s, fault %s, %v", profile, f, l.failed)
	}
	return !t.Failed()
}

// checkFailed wants the error of a step to be the fault's, and a machine that stopped for it
// to be stopped.
func (l *life) checkFailed(t *testing.T, f fault.Fault) {
	t.Helper()
	if !errors.Is(l.failed, fault.ErrInjected) {
		t.Errorf("%s: got %v, want %v", f, l.failed, fault.ErrInjected)
	}
	if !strings.Contains(l.failed.Error(), "stopped") {
		return // it did not open, or a snapshot could not be written or read
	}
	events := len(l.disk.Journal().Events)
	_, applying := l.ApplyChunk(ctx, puts(1, 5, "a"))
	_, _, reading := l.Get(ctx, []byte("a"))
	for call, err := range map[string]error{"apply": applying, "get": reading, "flush": l.Flush(ctx), "close": l.Close()} {
		if !errors.Is(err, fault.ErrInjected) && !errors.Is(err, engines.ErrClosed) {
			t.Errorf("%s: %v, and then %s: %v, want %v", f, l.failed, call, err, fault.ErrInjected)
		}
	}
	if after := len(l.disk.Journal().Events); after != events {
		t.Errorf("%s: %d changes were made after %v", f, after-events, l.failed)
	}
}

// checkNext opens the machine in the next process, and wants what it shows there to be
// durable.
func (l *life) checkNext(t *testing.T, profile crash.Profile, f fault.Fault) {
	t.Helper()
	next := run(t, l.opts, l.disk.Kill(), nil)
	for tries := 0; errors.Is(next.failed, fault.ErrInjected) && tries < 2; tries++ {
		next = run(t, l.opts, next.disk.Kill(), nil) // another fsync may say what one forgot
	}
	if next.failed != nil {
		t.Errorf("%s: %v", f, next.failed)
		return
	}
	opened := next.outcomes[0]
	if want := legal(l.outcomes, opened.invoked); !slices.Contains(want, opened.shows) {
		t.Errorf("%s: the next process shows %q, want one of %q", f, opened.shows, want)
	}
	last := l.outcomes[len(l.outcomes)-1]
	checkJournal(t, profile, next.disk.Journal(), func(time int) []string {
		switch {
		case time >= opened.returned:
			return []string{opened.shows}
		case l.failed != nil && time < last.invoked:
			return nil // TestCrashes was there
		}
		return legal(l.outcomes, time)
	})
}
