package volume

import (
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// NewHandle returns the handle of a file that is opened. A failure of which nobody was told
// is told to who opens the file later too.
func (v *Volume) NewHandle(ino tree.Ino) Handle {
	last, ok := v.failures[ino]
	if ok && !last.told {
		return Handle{last.number - 1}
	}
	return Handle{last.number}
}

// noteFailure notes that a sync failed, which others are told of.
func (v *Volume) noteFailure(f File, e fault.Error, told bool) {
	if v.report == fault.SyncReportOnce {
		return
	}
	if v.failures == nil {
		v.failures = map[tree.Ino]failure{}
	}
	number := v.failures[f.Ino].number + 1
	v.failures[f.Ino] = failure{number, e, told}
	if f.Handle != nil && told {
		f.Handle.told = number
	}
}

// owes returns the error that a file still has to say once, and that it has none.
func (v *Volume) owes(f File) (e fault.Error, ok bool) {
	last := v.failures[f.Ino]
	if f.Handle == nil || f.Handle.told >= last.number {
		return 0, false
	}
	f.Handle.told = last.number
	v.wasTold(f.Ino)
	return last.error, true
}

// wasTold notes that somebody was told of the newest failure.
func (v *Volume) wasTold(ino tree.Ino) {
	if last, ok := v.failures[ino]; ok {
		last.told = true
		v.failures[ino] = last
	}
}
