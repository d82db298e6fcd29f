package host

import (
	"context"
	"fmt"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/internal/coverage"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/watch"
	"github.com/ackproof/ackproof/models"
)

// machine is a Machine whose factory opens engines on disks.
type machine struct {
	factory subject.Factory
	watch   *watchdog
	disk    *faultfs.Disk
	engine  subject.Store // nil: none is open
	// left are engines whose process is dead; they are closed when nobody can be
	// disturbed by it any more.
	left []subject.Store
	// contract is the open engine's.
	contract models.Contract
	// gate decides who goes on where calls overlap; nil: none ever did in this process.
	gate atomic.Pointer[schedule.Gate]
	// newGate makes it.
	newGate func() *schedule.Gate
	// sticks says that a sync of the disk may be stuck. Calls may be under way as it is set.
	sticks atomic.Bool
	// elsewhere says that the engine runs in another process. Nobody here sees which of its
	// threads wait for a sync that is stuck.
	elsewhere bool
	// family is the goroutines of the engine that was opened last.
	family *watch.Family
	// outside is namesOutside as it was when the engine was opened; disks are directories at
	// which other disks are mounted.
	outside, disks []string
	stayed         *stayed
	// countdowns are those of calls that run.
	countdowns countdowns
	// coverage may be nil.
	coverage *coverage.Recorder
}

func (m *machine) Open() *models.Recovered {
	r := &recoveryRun{factory: m.factory, env: engines.Env{FS: m.disk, Dir: EngineDir}}
	if m.family == nil && m.coverage.Quiet() { // calls of an engine that was killed may go on beside an open
		r.coverage = m.coverage
	}
	m.family, m.outside = watch.NewFamily(), m.namesOutside()
	failed := m.run(func() { r.open(context.Background(), models.PhaseOpen, &r.out.View) })
	m.coverage.Add(r.ranOpening())
	if failed != nil {
		return r.unfinished(failed)
	}
	if r.out.Failure == nil {
		// One that could not be read was closed: its worker may be another engine's now.
		m.engine, m.contract = r.engine, r.contract
	}
	return r.recovered()
}

func (m *machine) Contract() models.Contract { return m.contract }

func (m *machine) Call(r Request) Answer { return m.call(m.run, m.engine, r) }

// call makes a call of an engine with run.
func (m *machine) call(run func(func()) *CallFailure, e subject.Store, r Request) (out Answer) {
	ctx, stop := m.countdowns.start(m.disk, r.CancelAfter)
	beside := func() (beside, blocked bool) { return false, false }
	if m.sticks.Load() && !m.elsewhere {
		run, beside = besideStuck(m.gate.Load(), run, r.Op)
	}
	out.Result = callWith(ctx, run, e, r)
	out.Cancelled = stop()
	out.BesideStuck, out.Blocked = beside()
	return out
}

// run runs code of the engine.
func (m *machine) run(job func()) *CallFailure {
	if m.sticks.Load() {
		m.scheduled() // it sees when nobody can go on but a sync that is stuck
	}
	defer m.enter()()
	return m.watch.run(m.ofEngine(job))
}

// enter tells the gate, if there is one, that the engine may run, until leave is called. A
// sync that is held goes on only meanwhile.
func (m *machine) enter() (leave func()) {
	gate := m.gate.Load()
	if gate == nil {
		return func() {}
	}
	gate.Enter()
	return gate.Leave
}

// ofEngine has what job starts belong to the engine that is open, or opens.
func (m *machine) ofEngine(job func()) func() {
	family := m.family
	return func() { family.Do(job) }
}

func (m *machine) CloseEngine() error {
	m.watch.limits.check()
	engine := m.engine
	m.engine = nil
	var err error
	if failed := m.run(func() { err = engine.Close() }); failed != nil {
		err = fmt.Errorf("close: %s", failed)
	}
	return err
}

// Left returns what is left in this process and on the disk.
func (m *machine) Left() []string {
	if !m.releases() {
		return nil
	}
	defer m.enter()() // a goroutine that ends behind the close may wait for a sync
	return m.stayed.left(m.watch.limits, func() []string {
		return slices.Concat(openWords(m.disk.OpenFiles()), goroutineWords(m.family), outsideWords(m.outside, m.namesOutside()))
	}, watch.Self)
}

// releases reports whether the engine that was opened last promises to leave nothing.
func (m *machine) releases() bool { return m.contract.Claimed().Has(models.CloseReleases) }

// namesOutside returns the names on the disk outside the engine's directory, those that it
// is given paths in, and those at which other disks are mounted.
func (m *machine) namesOutside() []string {
	own := append([]string{EngineDir}, m.disks...)
	for _, name := range m.factory.Kind.Beside {
		own = append(own, path.Join(path.Dir(EngineDir), name))
	}
	return m.disk.NamesOutside(own...)
}

func (m *machine) Kill() {
	m.abandon()
	m.disk = m.disk.Kill()
	m.openGate()
}

func (m *machine) PowerOff() {
	m.abandon()
	m.openGate()
}

// abandon leaves the engine as it is.
func (m *machine) abandon() {
	if m.engine != nil {
		m.left = append(m.left, m.engine)
	}
	m.engine = nil
}

// scheduled returns the gate of the engine's process, which has one from now on.
func (m *machine) scheduled() *schedule.Gate {
	if m.gate.Load() == nil {
		m.gate.Store(m.newGate())
	}
	return m.gate.Load()
}

// openGate lets all that is left of the engine's process come to its end.
func (m *machine) openGate() {
	if gate := m.gate.Swap(nil); gate != nil {
		gate.Open()
	}
}

func (m *machine) Journal() *journal.Journal { return m.disk.Journal() }

func (m *machine) Log() string { return "" }

func (m *machine) Close() {
	m.PowerOff()
	m.endFaults()
	m.watch.stop()
	var ends sync.WaitGroup
	for _, e := range m.left {
		// A dead engine may fail or even hang at its end; nobody relies on it.
		ends.Go(func() { attempt(func() { _ = e.Close() }) })
	}
	ended := make(chan struct{})
	go func() { ends.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(closeMax):
	}
}

// endFaults lets engines that try again for as long as a call fails come to their end.
func (m *machine) endFaults() {
	if len(m.disk.Faults()) > 0 || m.disk.Space().Limited {
		m.disk = m.disk.Kill()
	}
}

// closeMax is how long engines that nobody needs any more get to close: those that
// take longer do so while others run.
const closeMax = 200 * time.Millisecond
