package host

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
)

func (m *machine) Arm(f fault.Fault) error {
	if f.Error == fault.Stuck {
		m.sticks.Store(true)
	}
	return m.disk.Arm(f)
}

func (m *machine) LimitSpace(bytes int64) { m.disk.LimitSpace(bytes) }

func (m *machine) LiftSpace() { m.disk.LiftSpace() }

func (m *machine) Release() { m.disk.Release() }

func (m *machine) Space() faultfs.Space { return m.disk.Space() }

func (m *machine) Faults() []fault.Count { return m.disk.Faults() }

func (m *machine) DropCache() {}

func (m *machine) Damage(path string, off int64, data []byte) error {
	return m.disk.Damage(path, off, data)
}

func (m *machine) Image() *faultfs.Image { return m.disk.Image() }

func (m *machine) SetObserver(observer func()) { m.disk.SetObserver(observer) }
