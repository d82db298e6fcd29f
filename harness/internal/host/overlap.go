package host

import (
	"github.com/ackproof/ackproof/harness/internal/schedule"
	"github.com/ackproof/ackproof/internal/watch"
)

func (m *machine) Hold(h schedule.Hold) { m.scheduled().Arm(h) }

func (m *machine) Together(seed uint64, clients []func(Caller)) *CallFailure {
	engine := m.engine
	caller := func(r Request) Answer { return m.call(attempt, engine, r) }
	var jobs []func()
	for _, client := range clients {
		jobs = append(jobs, func() { client(caller) })
	}
	gate := m.scheduled()
	failed := m.watch.run(m.ofEngine(func() { gate.Together(seed, jobs) }))
	if failed != nil {
		m.openGate()
	}
	return failed
}

func (m *machine) Invoke(call int) int {
	if gate := m.gate.Load(); gate != nil {
		gate.Pass()
	}
	return m.disk.Invoke(call)
}

func (m *machine) Return(call int) int {
	gate := m.gate.Load()
	if gate != nil {
		gate.Pass()
		defer gate.Returned()
	}
	return m.disk.Return(call)
}

// gateInMemory returns a gate for the engine in this process, which its disk's calls pass.
func (m *machine) gateInMemory() *schedule.Gate {
	root := m.watch.goroutine
	gate := schedule.New(false, func() map[string]bool { return watch.Busy(root, schedule.Skip) })
	m.disk.SetGate(gate)
	return gate
}
