package volume

import "github.com/ackproof/ackproof/faultfs/fault"

// LockToLook takes the lock for a call that changes nothing and that a fault may fail,
// and reports whether one may: then it is held for writing, as faults count.
func (v *Volume) LockToLook() (mayFail bool) {
	v.pass()
	if v.HasFaults() {
		v.RWMutex.Lock()
		return true
	}
	v.RWMutex.RLock()
	return false
}

// UnlockToLook gives back what LockToLook took.
func (v *Volume) UnlockToLook(mayFail bool) {
	if mayFail {
		v.RWMutex.Unlock()
	} else {
		v.RWMutex.RUnlock()
	}
}

// Look is a call that changes nothing and would go well: its only error is a fault's.
func (v *Volume) Look(call fault.Call, f File) error {
	return v.Attempt(&Call{Kind: call, File: f}, func() {})
}
