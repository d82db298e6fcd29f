package faultfs

import "fmt"

// resumeVolume returns the volume as it was after the journal's events, for the
// next process after a kill at that moment: all is as written, what was pending is
// pending still, faults have counted as far, and the journal goes on. Of c, Image
// and Faults are the journal's.
func resumeVolume(c Config, j *Journal) *volume {
	c.Image, c.Faults = j.Base, nil
	v := newVolume(c)
	v.rec = nil // what is replayed is journaled already
	for _, e := range j.Events {
		if err := v.replay(e); err != nil {
			panic(fmt.Sprintf("faultfs: no disk journaled %v: %v", e, err))
		}
	}
	v.faults = j.lastFaults()
	if !c.Unjournaled {
		v.rec = resumeRecorder(j, c.NoStacks)
		v.rec.killed()
	}
	return v
}

// replay makes the change that an event tells of again. A failed sync changes
// nothing by itself: what it reverted has events of its own.
func (v *volume) replay(e Event) (err error) {
	at := place{dir: e.Dir, name: baseName(e.Path), path: e.Path}
	to := place{dir: e.ToDir, name: baseName(e.ToPath), path: e.ToPath}
	switch e.Kind {
	case EventWrite:
		v.spaceBytes = max(0, v.spaceBytes-int64(len(e.Data)))
		v.store(e.Ino, e.Path, e.Data, e.Off)
	case EventResize:
		err = v.resize(e.Ino, e.Path, e.Off)
	case EventCreate, EventMkdir:
		v.replayCreate(at, e)
	case EventSymlink:
		_, err = v.symlink(at, string(e.Data))
	case EventLink:
		err = v.link(e.Ino, e.Path, to)
	case EventRemove:
		err = v.remove(at)
	case EventRename:
		err = v.rename(at, to)
	case EventExchange:
		err = v.exchange(at, to)
	case EventChmod:
		v.chmod(e.Ino, e.Path, e.Mode)
	case EventSync, EventSyncData:
		err = v.sync(e)
	}
	return err
}

func (v *volume) replayCreate(at place, e Event) {
	if e.Dir == 0 {
		v.tree.add(false, e.Mode) // without a name; nobody can open it again
		return
	}
	v.create(at, e.Kind, e.Mode)
}
