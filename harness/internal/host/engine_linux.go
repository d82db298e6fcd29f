package host

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// workerEngine is an engine that runs in a worker, on a disk that is served to
// it there.
type workerEngine struct {
	subject.Store
	workers *workers
	worker  *worker
	disk    string // the disk's name in the mount
	logged  string // the worker's log that was known before
	looks   bool   // at what a close leaves, which is left
	left    []string
}

// machine returns a machine whose engine runs in a worker, on a disk that is served
// to it there.
func (p *workers) machine(d *faultfs.Disk) Machine {
	out := &workerMachine{machine: machine{
		watch: watchedElsewhere(p.limits), disk: d, disks: p.options.Disks, elsewhere: true,
	}}
	out.sticks.Store(sticks(d.Faults()))
	open := func(env engines.Env) (subject.Store, error) {
		return p.open(env, func(e *workerEngine) {
			out.opening = e
			out.holdSyncs(e)
		})
	}
	out.factory = subject.Factory{Kind: p.factory.Kind, Name: p.factory.Name, Open: open}
	out.newGate = out.gateOfWorker
	return out
}

// workerMachine is a machine whose engine's process can be killed.
type workerMachine struct {
	machine
	log string // what engines wrote that are gone
	// opening is the engine that opens, or did not come to its end.
	opening *workerEngine
	look    workerLook
	// inProcess is what the engine that was closed last left in its process.
	inProcess []string
}

func (m *workerMachine) running() *workerEngine {
	e, _ := m.engine.(*workerEngine)
	return e
}

func (m *workerMachine) Together(seed uint64, clients []func(Caller)) *CallFailure {
	m.watch.limits.check()
	m.running().worker.conn.Concurrently(true)
	defer m.running().worker.conn.Concurrently(false)
	return m.machine.Together(seed, clients)
}

// gateOfWorker returns a gate for an engine whose threads nobody here knows: its syncs
// are held, and nothing else.
func (m *workerMachine) gateOfWorker() *schedule.Gate {
	gate := schedule.New(true, m.look.busy)
	if e := m.running(); e != nil {
		m.look.hold(e.worker, e.disk, gate)
	}
	return gate
}

// DropCache drops the cache of the engine that is open. Another opens its files anew.
func (m *workerMachine) DropCache() {
	if e := m.running(); e != nil {
		e.worker.server.DropCache(e.disk)
	}
}

// holdSyncs has the syncs of an engine that is about to open held, if there is a gate.
func (m *workerMachine) holdSyncs(e *workerEngine) {
	if gate := m.gate.Load(); gate != nil {
		m.look.hold(e.worker, e.disk, gate)
	}
}

// Open opens the engine. Where it did not return its process ends: nobody else would end it.
func (m *workerMachine) Open() *models.Recovered {
	out := m.machine.Open()
	if e := m.opening; e != nil && out.Failure != nil && out.Failure.Manner != engines.MannerError {
		m.log += e.log()
		e.kill()
	}
	m.opening = nil
	return out
}

func (m *workerMachine) Kill() {
	m.endProcess()
	m.disk = m.disk.Kill()
	m.openGate()
}

// PowerOff ends the worker's process, as a crash of it does: what it wrote stays on
// the disk, stores through maps too.
func (m *workerMachine) PowerOff() {
	m.endProcess()
	m.openGate()
}

// CloseEngine closes the engine, and looks what it leaves in its process before anybody
// else uses that.
func (m *workerMachine) CloseEngine() error {
	e := m.running()
	e.looks = m.releases()
	err := m.machine.CloseEngine()
	m.inProcess = e.left
	return err
}

// Left returns what is left in the worker and on the disk.
func (m *workerMachine) Left() []string {
	if !m.releases() {
		return nil
	}
	return slices.Concat(m.inProcess, outsideWords(m.outside, m.namesOutside()))
}

func (m *workerMachine) endProcess() {
	m.look.at(nil)
	if e := m.running(); e != nil {
		m.log += e.log()
		e.kill()
	}
	m.engine = nil
}

// Close closes the engine, so that its worker can be used again.
func (m *workerMachine) Close() {
	m.openGate()
	if e := m.running(); e != nil {
		e.worker.process.SetHangAfter(min(m.watch.limits.HangAfter, workerCloseMax))
		attempt(func() { _ = e.Close() })
	}
	m.engine = nil
}

// workerCloseMax is how long an engine that nobody needs any more gets to close: less
// than a new worker costs is not worth it.
const workerCloseMax = time.Second

func (m *workerMachine) Log() string {
	out := m.log
	if e := m.running(); e != nil {
		out += e.log()
	}
	m.log = ""
	return out
}

// open opens an engine on the disk that env holds, once its syncs are held as they shall be.
func (p *workers) open(env engines.Env, hold func(*workerEngine)) (subject.Store, error) {
	w := p.take(recording)
	disk := env.FS.(*faultfs.Disk)
	disk.SetCaller(w.stacks.ask)
	e := &workerEngine{workers: p, worker: w, disk: w.server.Attach(disk), logged: w.process.Log()}
	hold(e)
	var err error
	e.Store, err = p.factory.Connect(w.conn, path.Join(w.sandbox.DiskDir, e.disk, env.Dir), env, false)
	if err != nil {
		p.discard(w) // who knows what it still holds
		return nil, err
	}
	return e, nil
}

// Close closes the engine and gives its worker back, unless that is left with something.
func (e *workerEngine) Close() error {
	err := e.Store.Close()
	if err == nil {
		err = childless(e.worker)
	}
	if err == nil && e.looks {
		e.left = e.workers.stayed.left(e.workers.limits, func() []string { return e.worker.left(e.disk) }, e.worker.process.Usage)
	}
	if err != nil || len(e.left) > 0 {
		e.kill()
		return err
	}
	e.worker.server.Detach(e.disk)
	e.workers.give(e.worker)
	return nil
}

// childless reports child processes that an engine left behind when it was
// closed. Those that the worker had before any engine was opened are its own, as
// a shell's may be. Where the kernel does not tell, nothing is said.
func childless(w *worker) error {
	children, err := hosted.Children(w.process.Pid())
	if err != nil {
		return nil
	}
	left := slices.DeleteFunc(children, func(pid int) bool { return slices.Contains(w.own, pid) })
	if len(left) > 0 {
		return fmt.Errorf("the engine left %d child processes behind", len(left))
	}
	return nil
}

// log returns what the worker wrote to its log since the engine was opened or log
// was called.
func (e *workerEngine) log() string {
	before := e.logged
	e.logged = e.worker.process.Log()
	if rest, ok := strings.CutPrefix(e.logged, before); ok {
		return rest
	}
	return e.logged // only its end is kept
}

// kill ends the worker's process.
func (e *workerEngine) kill() { e.workers.discard(e.worker) }

func (p *workers) Boot(c faultfs.Config) Machine {
	c.Disks = p.options.Disks
	return p.machine(faultfs.NewDisk(c))
}

func (p *workers) Resume(c faultfs.Config, j *journal.Journal) Machine {
	c.Disks = p.options.Disks
	return p.machine(faultfs.Resume(c, j))
}
