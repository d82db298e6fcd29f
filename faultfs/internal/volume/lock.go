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

// Unlock gives back what Lock took: the call has ended.
func (v *Volume) Unlock() {
	v.RWMutex.Unlock()
	v.observe()
}

// RUnlock gives back what RLock took.
func (v *Volume) RUnlock() {
	v.RWMutex.RUnlock()
	v.observe()
}

func (v *Volume) pass() {
	if v.failed.Load() > failedBeforeSlow {
		time.Sleep(slowCall)
	}
	if gate := v.gate.Load(); gate != nil {
		(*gate).Pass()
	}
}

// SetObserver has observer called after each further call, by whoever made it and without
// the lock; none if it is nil.
func (v *Volume) SetObserver(observer func()) {
	if observer == nil {
		v.observer.Store(nil)
		return
	}
	v.observer.Store(&observer)
}

func (v *Volume) observe() {
	if observer := v.observer.Load(); observer != nil {
		(*observer)()
	}
}
