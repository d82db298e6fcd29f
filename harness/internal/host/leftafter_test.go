package host_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
)

// afterRecovery returns what comes of a recovery in memory from an empty directory.
func afterRecovery(t *testing.T, f engines.Factory) *models.Recovered {
	t.Helper()
	h, err := host.New(logstore.Of(f), host.Options{HangAfter: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r := h.Recoveries()
	defer r.Close()
	return r.Recover(host.BlankImage())
}

// TestLeftAfterRecovery: the lock file that a canary keeps is left after a recovery, and
// nothing of the engine without that bug.
func TestLeftAfterRecovery(t *testing.T) {
	all := canary.All()
	c := all[slices.IndexFunc(all, func(c canary.Canary) bool { return c.Name == "lock-file-kept" })]
	if out := afterRecovery(t, c.Factory()); out.Failure != nil || !slices.Equal(out.Left, []string{"/db/LOCK is open"}) {
		t.Errorf("got left %q, %v, want the lock file", out.Left, out.Failure)
	}
	if out := afterRecovery(t, c.Healthy()); out.Failure != nil || out.Left != nil {
		t.Errorf("got left %q, %v, want nothing", out.Left, out.Failure)
	}
}

// silentOnceClosed is an engine that leaves a file open, and panics when it is asked for its
// claims once it is closed.
type silentOnceClosed struct {
	engines.StorageEngine
	closed *bool
}

func (e silentOnceClosed) Claims() engines.Claims {
	if *e.closed {
		panic(errors.New("closed"))
	}
	return engines.ClaimsOf(e.StorageEngine)
}

func (e silentOnceClosed) Close() error {
	*e.closed = true
	return e.StorageEngine.Close()
}

// TestContractOfOpenEngine: no engine need tell its claims after its close.
func TestContractOfOpenEngine(t *testing.T) {
	file := filelog.Factory(filelog.Options{})
	f := engines.Factory{Name: "silent-once-closed", Open: func(env engines.Env) (engines.StorageEngine, error) {
		if _, err := env.FS.Create(env.Dir + "/LOCK"); err != nil {
			return nil, err
		}
		e, err := file.Open(env)
		return silentOnceClosed{e, new(bool)}, err
	}}
	if out := afterRecovery(t, f); out.Failure != nil || len(out.Left) != 1 {
		t.Errorf("got left %q, %v, want the lock file and no failure", out.Left, out.Failure)
	}
}
