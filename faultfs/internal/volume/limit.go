package volume

import (
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Space returns how full the disk is. It takes the lock, as LimitSpace and LiftSpace do.
func (v *Volume) Space() Space {
	v.RWMutex.RLock()
	defer v.RWMutex.RUnlock()
	return v.space
}

// LimitSpace lets files grow by that many bytes together from now on. What lies within a
// file's size, or within what was preallocated, takes none; what is removed gives none back.
func (v *Volume) LimitSpace(bytes int64) { v.setSpace(max(0, bytes), false) }

// LiftSpace takes the limit away.
func (v *Volume) LiftSpace() { v.setSpace(0, true) }

func (v *Volume) setSpace(bytes int64, lifted bool) {
	v.RWMutex.Lock()
	defer v.RWMutex.Unlock()
	v.space.Limited, v.space.LeftBytes = !lifted, bytes
	if v.rec != nil {
		v.rec.LimitSpace(bytes, lifted)
	}
}

// growth returns how many bytes of a range a file does not have yet.
func (v *Volume) growth(ino tree.Ino, off, length int64) int64 {
	return max(0, off+length-max(off, v.Tree.Inode(ino).Size, v.reserved[ino]))
}

// room returns how many of the bytes at off a write to a file can store: the first ones.
func (v *Volume) room(ino tree.Ino, off, length int64) int64 {
	if !v.space.Limited {
		return length
	}
	return length - max(0, v.growth(ino, off, length)-v.space.LeftBytes)
}

// take notes that a range of a file is stored or preallocated.
func (v *Volume) take(ino tree.Ino, off, length int64) {
	if v.space.Limited {
		v.space.LeftBytes = max(0, v.space.LeftBytes-v.growth(ino, off, length))
	}
}

// reserve notes that a range of a file was preallocated.
func (v *Volume) reserve(ino tree.Ino, off, length int64) {
	v.take(ino, off, length)
	if v.reserved == nil {
		v.reserved = map[tree.Ino]int64{}
	}
	v.reserved[ino] = max(v.reserved[ino], off+length)
}

// full fails a call that takes more bytes than there are.
func (v *Volume) full(c *Call, bytes int64) error {
	if !v.space.Limited || bytes <= v.space.LeftBytes {
		return nil
	}
	v.space.Refused++
	e := c.event(fault.ENOSPC, false)
	e.Full = true
	v.Record(e)
	return fault.ENOSPC.Err()
}

// refusedIn returns how many calls found the disk full.
func refusedIn(j *journal.Journal) int {
	refused := 0
	for _, e := range j.Events {
		if e.Full {
			refused++
		}
	}
	return refused
}
