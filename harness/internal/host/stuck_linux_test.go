package host_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// The calls at which an engine can be stuck.
const (
	atOpen    = "open"
	atClaims  = "claims"
	atRead    = "read"
	atPersist = "persist"
	atClose   = "close"
	atPreview = "preview"
	// atNothing is none: the engine is sound.
	atNothing = "nothing"
	// burnsAtPersist takes a processor there for a while.
	burnsAtPersist = "persist-busily"
	// writesAtPersist sleeps there, and writes now and then.
	writesAtPersist = "persist-slowly"
)

var stuckCalls = []string{atOpen, atClaims, atRead, atPersist, atClose, atPreview}

// stuckHere holds the engines of this process that are stuck, until released.
var stuckHere = struct {
	sync.Mutex
	held chan struct{}
}{held: make(chan struct{})}

// releaseStuck lets all engines that are stuck in this process go on.
func releaseStuck() {
	stuckHere.Lock()
	defer stuckHere.Unlock()
	close(stuckHere.held)
	stuckHere.held = make(chan struct{})
}

func stick() {
	stuckHere.Lock()
	held := stuckHere.held
	stuckHere.Unlock()
	<-held
}

// stuckFactory returns the file engine, in memory or on a directory, that does not
// return from one call, once its log holds an entry if it is not that of opening.
func stuckFactory(call string, onDir bool) engines.Factory {
	file := filelog.Factory(filelog.Options{SegmentBytes: 16 << 10})
	inPlace := func(env engines.Env) engines.Env {
		if onDir {
			env.FS = afero.NewOsFs()
		}
		return env
	}
	f := engines.Factory{Name: "stuck-at-" + call}
	if onDir {
		f.Needs = engines.NeedsDir
	}
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if call == atOpen {
			stick()
		}
		env = inPlace(env)
		e, err := file.Open(env)
		return stuckEngine{e, call, env}, err
	}
	f.OpenReadOnly = func(env engines.Env) (engines.StorageEngine, error) {
		if call == atPreview {
			stick()
		}
		return file.Open(inPlace(env))
	}
	return f
}

func stuckSubjects(onDir bool) (all []subject.Factory) {
	for _, call := range append(slices.Clone(stuckCalls), atNothing, burnsAtPersist, writesAtPersist) {
		all = append(all, logstore.Of(stuckFactory(call, onDir)))
	}
	return all
}

type stuckEngine struct {
	engines.StorageEngine
	call string
	env  engines.Env
}

func (e stuckEngine) at(call string) {
	if e.call == call {
		stick()
	}
}

func (e stuckEngine) Claims() engines.Claims {
	e.at(atClaims)
	return engines.ClaimsOf(e.StorageEngine)
}

func (e stuckEngine) LogStore() engines.LogStore { return stuckLog{e.StorageEngine.LogStore(), e} }

func (e stuckEngine) Close() error {
	e.at(atClose)
	return e.StorageEngine.Close()
}

type stuckLog struct {
	engines.LogStore
	engine stuckEngine
}

func (l stuckLog) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	l.engine.at(atRead)
	return l.LogStore.GetEntries(ctx, first, last)
}

func (l stuckLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	switch l.engine.call {
	case burnsAtPersist:
		burn(burnTime)
	case writesAtPersist:
		writeSlowly(l.engine.env)
	}
	l.engine.at(atPersist)
	return l.LogStore.PersistEntries(ctx, entries)
}

// newHost returns a host of a stuck engine that is closed when the test ends.
func newHost(t *testing.T, f engines.Factory, hangAfter time.Duration) host.Host {
	t.Helper()
	h, err := host.New(logstore.Of(f), host.Options{HangAfter: hangAfter})
	orNotRun(t, err)
	t.Cleanup(func() {
		h.Close()
		releaseStuck()
	})
	return h
}

func faultConfig() faultfs.Config { return faultfs.Config{Image: host.BlankImage()} }

var flushOp = &raftlog.Op{Kind: raftlog.Flush}

// use opens an engine, makes a call and closes the engine, and returns the failure
// that came first.
func use(h host.Host) (failed *models.Failure, err error) {
	defer host.Guard(&err)
	m := h.Boot(faultConfig())
	defer m.Close()
	if r := m.Open(); r.Failure != nil {
		return r.Failure, nil
	}
	entries := []engines.Entry{{Index: 1, Term: 1}}
	op := &raftlog.Op{Kind: raftlog.Persist, Entries: raftlog.EntriesOf(entries)}
	if r := m.Call(host.Request{Op: op, Input: entries}).Result; r.Failure != nil {
		return r.Failure, nil
	}
	if err := m.CloseEngine(); err != nil {
		return &models.Failure{Manner: engines.MannerHang, Text: err.Error()}, nil
	}
	return nil, nil
}

// recoverFrom previews an image and recovers from it.
func recoverFrom(h host.Host) (preview host.Preview, recovered *models.Recovered, err error) {
	defer host.Guard(&err)
	r := h.Recoveries()
	defer r.Close()
	r.StartPreview(host.BlankImage(), false)
	preview = r.FinishPreview()
	return preview, r.Recover(host.BlankImage()), nil
}

// inBoth runs a test for each call that an engine is stuck at, in memory and in a
// worker.
func inBoth(t *testing.T, calls []string, test func(t *testing.T, f engines.Factory)) {
	for _, place := range []string{"memory", "worker"} {
		for _, call := range calls {
			t.Run(place+"/"+call, func(t *testing.T) { test(t, stuckFactory(call, place == "worker")) })
		}
	}
}

func without(call ...string) []string {
	return slices.DeleteFunc(slices.Clone(stuckCalls), func(c string) bool { return slices.Contains(call, c) })
}
