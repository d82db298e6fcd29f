package volume

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// Stuck is a sync that does not return until Released is closed: see [Volume.Release].
// Nobody holds the lock while he waits for that; then Finish ends the sync, or Drop if its
// caller is dead.
type Stuck struct {
	Released <-chan struct{}

	file     File
	dataOnly bool
	begun    Begun
}

// stick has a sync that is about to end wait. The journal has its beginning and the
// fault.
func (v *Volume) stick(c *Call, dataOnly bool, begun Begun) *Stuck {
	if !begun.journaled {
		begun = v.BeginSync(c.File)
	}
	v.noteFault(c, fault.Stuck, false)
	if v.released == nil {
		v.released = make(chan struct{})
	}
	v.stuck++
	return &Stuck{v.released, c.File, dataOnly, begun}
}

// Stick has a sync wait that began and is to be stuck, before anybody asks for its end, and
// returns it: nil for others. Once it is released Drop says so, and then TrySync ends it.
func (v *Volume) Stick(f File, dataOnly bool, begun *Begun) *Stuck {
	c := Call{Kind: v.syncCall(f.Ino, dataOnly), File: f}
	fired, _ := slices.Clone(v.faults).Fire(c.Kind, c.Path)
	if fired == nil || fired.Error != fault.Stuck {
		return nil
	}
	v.fire(&c)
	begun.stuck = true
	return v.stick(&c, dataOnly, *begun)
}

// Finish ends a sync that was stuck; it covers what was written before it began.
func (v *Volume) Finish(s *Stuck) {
	v.stuck--
	v.synced(s.file, s.dataOnly, s.begun, nil)
}

// Drop says that a sync is stuck no longer: it ends never, or otherwise.
func (v *Volume) Drop(*Stuck) { v.stuck-- }

// Release lets all syncs that are stuck now go on. It takes the lock, as StuckSyncs does.
func (v *Volume) Release() {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	v.release()
}

func (v *Volume) release() {
	if v.released != nil {
		close(v.released)
		v.released = nil
	}
}

// StuckSyncs returns how many syncs are stuck or did not end yet after a release.
func (v *Volume) StuckSyncs() int {
	v.RWMutex.RLock()
	defer v.RWMutex.RUnlock()
	return v.stuck
}
