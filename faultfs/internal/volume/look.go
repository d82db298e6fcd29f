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
		v.Unlock()
	} else {
		v.RUnlock()
	}
}

// Close ends the use of a file by one who opened it: its only error is a fault's. That of
// a directory never fails. It takes the lock where it needs it, and passes no gate.
func (v *Volume) Close(f File) error {
	if !v.HasFaults() {
		v.observe()
		return nil
	}
	v.RWMutex.Lock()
	defer v.Unlock()
	if v.Tree.Inode(f.Ino).IsDir {
		return nil
	}
	return v.Look(fault.Close, f)
}

// Look is a call that changes nothing and would go well: its only error is a fault's.
func (v *Volume) Look(call fault.Call, f File) error {
	return v.Attempt(&Call{Kind: call, File: f}, func() {})
}
