package volume

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Resume returns the volume as it was after the journal's events, for the
// next process after a kill at that moment: all is as written, what was pending is
// pending still, faults have counted as far, and the journal goes on. Of c, Image
// and Faults are the journal's.
func Resume(c Config, j *journal.Journal) *Volume {
	c.Image, c.Faults = j.Base, nil
	v := New(c)
	v.rec = nil // what is replayed is journaled already
	v.replayAll(j)
	v.faults, v.space.Refused = j.Faults.Last(), refusedIn(j)
	v.hasFaults.Store(len(v.faults) > 0)
	if !c.Unjournaled {
		v.rec = journal.ResumeRecorder(j, c.NoStacks)
		v.rec.Kill()
	}
	return v
}

func (v *Volume) replayAll(j *journal.Journal) {
	running := map[int]Begun{} // syncs, by the number of the event that began them
	spaces := j.Faults.Spaces
	for i, e := range j.Events {
		spaces = v.replaySpace(spaces, i)
		var err error
		switch e.Kind {
		case journal.EventSyncBegin:
			running[i] = v.Now(e.Ino)
			v.changes++
		case journal.EventSync, journal.EventSyncData:
			begun, ok := running[j.Began(i)]
			if !ok {
				begun = v.Now(e.Ino)
			}
			v.replaySync(e, begun)
		default:
			err = v.replay(e)
		}
		if err != nil {
			panic(fmt.Sprintf("faultfs: no disk journaled %v: %v", e, err))
		}
	}
	v.replaySpace(spaces, len(j.Events))
}

// replaySpace sets the limits that the disk had after its first events, and returns those
// that it was given later.
func (v *Volume) replaySpace(spaces []journal.SpaceAfter, events int) []journal.SpaceAfter {
	for len(spaces) > 0 && spaces[0].Events <= events {
		v.space.Limited, v.space.LeftBytes = !spaces[0].Lifted, spaces[0].Bytes
		spaces = spaces[1:]
	}
	return spaces
}

// replaySync makes a sync that went well once more.
func (v *Volume) replaySync(e journal.Event, begun Begun) {
	var late *fault.Error
	if e.FailsLate() {
		late = &e.Error
	}
	v.synced(File{Ino: e.Ino, Path: e.Path}, e.Kind == journal.EventSyncData, begun, late)
}

// replay makes the change that an event reports once more. A failed sync changes
// nothing by itself: what it reverted has events of its own.
func (v *Volume) replay(e journal.Event) (err error) {
	at := tree.Place{Dir: e.Dir, Name: tree.BaseName(e.Path), Path: e.Path}
	to := tree.Place{Dir: e.ToDir, Name: tree.BaseName(e.ToPath), Path: e.ToPath}
	f := File{Ino: e.Ino, Path: e.Path}
	switch e.Kind {
	case journal.EventWrite:
		v.spaceBytes = max(0, v.spaceBytes-int64(len(e.Data)))
		v.take(e.Ino, e.Off, int64(len(e.Data)))
		v.store(f, e.Data, e.Off)
	case journal.EventResize:
		v.resize(f, e.Off)
	case journal.EventCreate, journal.EventMkdir:
		v.replayCreate(at, e)
	case journal.EventSymlink:
		_, err = v.Symlink(at, string(e.Data))
	case journal.EventLink:
		err = v.Link(f, to)
	case journal.EventRemove:
		err = v.Remove(at)
	case journal.EventRename:
		err = v.Rename(at, to)
	case journal.EventExchange:
		err = v.Exchange(at, to)
	case journal.EventChmod:
		v.Chmod(e.Ino, e.Path, e.Mode)
	case journal.EventAllocate:
		v.reserve(e.Ino, e.Off, e.Len)
		v.changes++ // as the event did
	case journal.EventSyncFail:
		v.noteFailure(f, e.Error, true)
		v.changes++
	case journal.EventFault:
		if e.Failed.IsSync() && !e.Lands && e.Error != fault.EINTR && e.Error != fault.Stuck {
			v.wasTold(e.Ino)
		}
		v.changes++
	case journal.EventSyncRange:
		v.changes++
	}
	return err
}

func (v *Volume) replayCreate(at tree.Place, e journal.Event) {
	if e.Dir == 0 {
		v.devices.Put(v.Tree.Add(false, e.Mode), tree.NoDevice) // without a name; nobody can open it again
		v.changes++
		return
	}
	v.create(&File{Path: at.Path}, at, e.Kind, e.Mode)
}
