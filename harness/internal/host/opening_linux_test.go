package host_test

import (
	"os"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
)

// panicking returns an engine on a directory that opens, and panics when it is read.
func panicking() engines.Factory {
	f := stuckFactory(atNothing, true)
	f.Name = "panics-when-read"
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return unreadEngine{e}, err
	}
	return f
}

type unreadEngine struct{ engines.StorageEngine }

func (e unreadEngine) LogStore() engines.LogStore { return unreadLog{e.StorageEngine.LogStore()} }

type unreadLog struct{ engines.LogStore }

func (unreadLog) LastIndex() uint64 { panic("on purpose") }

// TestNothingStaysOfPanickedOpening: what this process holds of a worker whose engine panicked
// as it was opened is given back before the next one opens.
func TestNothingStaysOfPanickedOpening(t *testing.T) {
	h := newHost(t, panicking(), time.Second)
	m := h.Boot(faultConfig())
	defer m.Close()
	var before int
	for i := range 4 {
		if r := m.Open(); r.Failure == nil || r.Failure.Manner != engines.MannerPanic {
			t.Fatalf("got %v, want a panic", r.Failure)
		}
		m.Kill()
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			before = len(open)
		}
		if len(open) > before {
			t.Errorf("got %d descriptors after %d openings, want %d as after the first", len(open), i+1, before)
		}
	}
}
