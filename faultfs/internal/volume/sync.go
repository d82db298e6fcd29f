package volume

import (
	"github.com/ackproof/ackproof/faultfs/fault"
)

// Sync is fsync or fdatasync of a file or directory. Its only error is a fault's; the
// journal then has EventSyncFail. With a gate others may go on while it runs: it gives
// the lock away meanwhile.
func (v *Volume) Sync(f File, dataOnly bool) error {
	gate := v.gate.Load()
	if gate == nil {
		return v.EndSync(f, dataOnly, v.Now(f.Ino))
	}
	begun := v.BeginSync(f)
	v.RWMutex.Unlock()
	(*gate).Hold()
	v.RWMutex.Lock()
	return v.EndSync(f, dataOnly, begun)
}

// EndSync ends a sync, as Sync does.
func (v *Volume) EndSync(f File, dataOnly bool, begun Begun) error {
	stuck, err := v.TrySync(f, dataOnly, begun)
	if stuck != nil {
		gate := v.gate.Load()
		v.RWMutex.Unlock()
		if gate != nil {
			(*gate).Stick(stuck.Released)
		} else {
			<-stuck.Released
		}
		v.RWMutex.Lock()
		v.Finish(stuck)
	}
	return err
}

// TrySync is EndSync for who can wait otherwise: a sync that is stuck is returned.
func (v *Volume) TrySync(f File, dataOnly bool, begun Begun) (*Stuck, error) {
	c := Call{Kind: v.syncCall(f.Ino, dataOnly), File: f}
	if e, ok := v.owes(f); ok {
		v.noteFault(&c, e, false)
		return nil, e.Err()
	}
	if begun.stuck {
		v.synced(f, dataOnly, begun, nil)
		return nil, nil
	}
	failed, fails := v.fire(&c)
	switch {
	case !fails:
		v.synced(f, dataOnly, begun, nil)
		return nil, nil
	case failed.Error == fault.Stuck:
		return v.stick(&c, dataOnly, begun), nil
	case failed.Error == fault.EINTR:
		v.noteFault(&c, failed.Error, false)
		if f.Restarts {
			v.synced(f, dataOnly, begun, nil)
			return nil, nil
		}
	case failed.Lands:
		v.synced(f, dataOnly, begun, nil)
		v.noteFault(&c, failed.Error, true)
	case v.report == fault.SyncReportLate:
		v.synced(f, dataOnly, begun, &failed.Error)
		return nil, nil
	default:
		v.syncFailed(&c, failed.Error, begun)
	}
	return nil, failed.Error.Err()
}
