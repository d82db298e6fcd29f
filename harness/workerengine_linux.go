package harness

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
)

// workerEngine is an engine that runs in a worker, on a disk that is served to
// it there.
type workerEngine struct {
	engines.StorageEngine
	workers *workers
	worker  *worker
	disk    string // the disk's name in the mount
	logged  string // the worker's log that was known before
}

// onDisks returns a factory that opens engines of f on disks, wherever they run.
func (c Config) onDisks(f engines.Factory) engines.Factory {
	if c.workers == nil {
		return f
	}
	return engines.Factory{Name: f.Name, Open: c.workers.open}
}

// open opens an engine on the disk that env holds.
func (p *workers) open(env engines.Env) (engines.StorageEngine, error) {
	w := p.take()
	disk := env.FS.(*faultfs.Disk)
	disk.SetCaller(w.stacks.ask)
	e := &workerEngine{workers: p, worker: w, disk: w.server.Attach(disk), logged: w.process.Log()}
	var err error
	e.StorageEngine, err = w.conn.Open(path.Join(w.sandbox.DiskDir, e.disk, env.Dir), false)
	if err != nil {
		p.discard(w) // who knows what it still holds
		return nil, err
	}
	return e, nil
}

// Claims returns what the engine in the worker claims.
func (e *workerEngine) Claims() engines.Claims { return engines.ClaimsOf(e.StorageEngine) }

// Close closes the engine and gives its worker back.
func (e *workerEngine) Close() error {
	err := e.StorageEngine.Close()
	if err == nil {
		err = childless(e.worker)
	}
	if err != nil {
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

// kill ends the worker's process, as a crash of it does: what it wrote stays on
// the disk, stores through maps too.
func (e *workerEngine) kill() { e.workers.discard(e.worker) }

// concurrently tells that several goroutines call the engine from now on, or no
// longer.
func (e *workerEngine) concurrently(on bool) { e.worker.conn.Concurrently(on) }
