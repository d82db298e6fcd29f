package host

import (
	"context"
	"fmt"

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
}

func (m *machine) Open() *models.Recovered {
	r := &recoveryRun{factory: m.factory, env: engines.Env{FS: m.disk, Dir: EngineDir}}
	failed := m.watch.run(func() { r.open(context.Background(), models.PhaseOpen, &r.out.View) })
	if failed != nil {
		return r.unfinished(failed)
	}
	m.engine = r.engine
	return r.recovered()
}

func (m *machine) Engine() (models.Contract, bool) {
	_, replaces := m.engine.LogStore().(engines.RangeReplacer)
	return models.ContractOf(m.engine), replaces
}

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
	for _, e := range m.left {
		// A dead engine may fail or even hang at its end; nobody relies on it.
		m.watch.run(func() { _ = e.Close() })
	}
	m.watch.stop()
}
