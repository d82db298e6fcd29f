package volume

import "time"

// SetGate has all further calls pass the gate, none if it is nil. Syncs take time
// then: they have two events, and others may come between.
func (v *Volume) SetGate(g Gate) {
	if g == nil {
		v.gate.Store(nil)
		return
	}
	v.gate.Store(&g)
}

// Lock takes the lock for a call that may change the volume. The call passes the gate
// first.
func (v *Volume) Lock() {
	v.pass()
	v.RWMutex.Lock()
}

// RLock takes the lock for a call that looks. The call passes the gate first.
func (v *Volume) RLock() {
	v.pass()
	v.RWMutex.RLock()
}

func (v *Volume) pass() {
	if v.failed.Load() > failedBeforeSlow {
		time.Sleep(slowCall)
	}
	if gate := v.gate.Load(); gate != nil {
		(*gate).Pass()
	}
}
