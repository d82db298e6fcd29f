package host

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// machine is a Machine whose factory opens engines on disks.
type machine struct {
	factory engines.Factory
	watch   *watchdog
	disk    *faultfs.Disk
	engine  engines.StorageEngine // nil: none is open
	// left are engines whose process is dead; they are closed when nobody can be
	// disturbed by it any more.
	left []engines.StorageEngine
	// contract and replaces are the open engine's.
	contract models.Contract
	replaces bool
}

func (m *machine) Open() *models.Recovered {
	r := &recoveryRun{factory: m.factory, env: engines.Env{FS: m.disk, Dir: EngineDir}}
	var contract models.Contract // after a hang somebody may still write to it
	var replaces bool
	failed := m.watch.run(func() {
		if r.open(context.Background(), models.PhaseOpen, &r.out.View) {
			contract = models.ContractOf(r.engine, m.factory.Without)
			_, replaces = r.engine.LogStore().(engines.RangeReplacer)
		}
	})
	if failed != nil {
		return r.unfinished(failed)
	}
	m.engine, m.contract, m.replaces = r.engine, contract, replaces
	return r.recovered()
}

func (m *machine) Engine() (models.Contract, bool) { return m.contract, m.replaces }

func (m *machine) Call(op models.Op, entries []engines.Entry) models.Result {
	return callWith(m.watch.run, m.engine, op, entries)
}

func (m *machine) Together(job func(Caller)) *CallFailure {
	return m.watch.run(func() {
		job(func(op models.Op, entries []engines.Entry) models.Result {
			return callWith(attempt, m.engine, op, entries)
		})
	})
}

func (m *machine) CloseEngine() error {
	m.watch.limits.check()
	engine := m.engine
	m.engine = nil
	var err error
	if failed := m.watch.run(func() { err = engine.Close() }); failed != nil {
		err = fmt.Errorf("close: %s", failed)
	}
	return err
}

func (m *machine) Kill() {
	m.PowerOff()
	m.disk = m.disk.Kill()
}

func (m *machine) PowerOff() {
	if m.engine != nil {
		m.left = append(m.left, m.engine)
	}
	m.engine = nil
}

func (m *machine) Invoke(call int) int { return m.disk.Invoke(call) }

func (m *machine) Return(call int) int { return m.disk.Return(call) }

func (m *machine) Journal() *journal.Journal { return m.disk.Journal() }

func (m *machine) Log() string { return "" }

func (m *machine) Close() {
	m.PowerOff()
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

// closeMax is how long engines that nobody needs any more get to close: those that
// take longer do so while others run.
const closeMax = 200 * time.Millisecond
