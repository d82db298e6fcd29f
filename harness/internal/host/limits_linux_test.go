package host_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/internal/host"
)

func orNotRun(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, host.ErrNotRun) && !strings.Contains(os.Getenv("ACKPROOF_REQUIRE"), "fuse") {
		t.Skipf("NOT RUN: %v; ACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hangNever is longer than any test: whoever waits for it has not seen the end of time.
const hangNever = 10 * time.Minute

// within returns h with limits that end soon, while something is stuck.
func within(h host.Host) host.Host {
	done := make(chan struct{})
	time.AfterFunc(100*time.Millisecond, func() { close(done) })
	return h.Within(host.Limits{HangAfter: hangNever, Done: done})
}

// TestDoneEndsWhatIsUnderWay wants calls, opens, closes, recoveries and previews that
// are stuck to be given up, and the machine, the recoveries and the host to close.
func TestDoneEndsWhatIsUnderWay(t *testing.T) {
	inBoth(t, without(atPreview), func(t *testing.T, f engines.Factory) {
		if failed, err := use(within(newHost(t, f, hangNever))); !errors.Is(err, host.ErrOutOfTime) {
			t.Errorf("got failure %v, error %v, want %v", failed, err, host.ErrOutOfTime)
		}
	})
	inBoth(t, without(atClaims), func(t *testing.T, f engines.Factory) {
		if _, recovered, err := recoverFrom(within(newHost(t, f, hangNever))); !errors.Is(err, host.ErrOutOfTime) {
			t.Errorf("got %+v, error %v, want %v", recovered, err, host.ErrOutOfTime)
		}
	})
}

// TestNothingBeginsAfterDone wants every entry point to look first, and the host to be
// of use to others afterwards.
func TestNothingBeginsAfterDone(t *testing.T) {
	inBoth(t, []string{atPersist}, func(t *testing.T, f engines.Factory) {
		h := newHost(t, f, hangNever)
		done := make(chan struct{})
		over := h.Within(host.Limits{HangAfter: hangNever, Done: done})
		r, m := over.Recoveries(), over.Boot(faultConfig())
		if recovered := m.Open(); recovered.Failure != nil {
			t.Fatal(recovered.Failure)
		}
		r.StartPreview(host.BlankImage(), false)
		close(done)
		for name, begin := range map[string]func(){
			"open":    func() { m.Open() },
			"call":    func() { m.Call(host.Request{Op: flushOp}) },
			"close":   func() { _ = m.CloseEngine() },
			"clients": func() { m.Together(0, nil) },
			"recover": func() { r.Recover(host.BlankImage()) },
			"start":   func() { r.StartPreview(host.BlankImage(), false) },
			"finish":  func() { r.FinishPreview() },
		} {
			if err := guarded(begin); !errors.Is(err, host.ErrOutOfTime) {
				t.Errorf("%s: got error %v, want %v", name, err, host.ErrOutOfTime)
			}
		}
		m.Close()
		r.Close()
		preview, _, err := recoverFrom(h.Within(host.Limits{HangAfter: 200 * time.Millisecond}))
		if err != nil || !preview.OK {
			t.Errorf("got preview %+v, error %v of the host without an end, want one that shows the image", preview, err)
		}
	})
}

// TestDoneAtAnyTime ends a sound engine at any moment, also while its worker starts:
// that is the end of time, and no failure of the engine.
func TestDoneAtAnyTime(t *testing.T) {
	inBoth(t, []string{atNothing}, func(t *testing.T, f engines.Factory) {
		h := newHost(t, f, hangNever)
		for i := range 30 {
			done := make(chan struct{})
			time.AfterFunc(time.Duration(i)*4*time.Millisecond, func() { close(done) })
			within := h.Within(host.Limits{HangAfter: hangNever, Done: done})
			if err := soundUntilDone(within); !errors.Is(err, host.ErrOutOfTime) {
				t.Fatalf("after %d ms: got %v, want %v", 4*i, err, host.ErrOutOfTime)
			}
		}
	})
}

// soundUntilDone uses an engine and recovers from images, again and again.
func soundUntilDone(h host.Host) error {
	for {
		failed, err := use(h)
		if err != nil {
			return err
		}
		preview, recovered, err := recoverFrom(h)
		if err != nil {
			return err
		}
		if failed != nil || !preview.OK || recovered.Failure != nil {
			return fmt.Errorf("got failures %v and %v, preview %+v, want none of a sound engine", failed, recovered.Failure, preview)
		}
	}
}

func guarded(do func()) (err error) {
	defer host.Guard(&err)
	do()
	return nil
}
