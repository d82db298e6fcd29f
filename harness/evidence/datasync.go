package evidence

import "github.com/ackproof/ackproof/faultfs/journal"

// DataOnly returns the fsyncs of a life that forced nothing but bytes and size of a file, by
// event: an fdatasync forces these too. Where the file got a name, lost one or got other
// permissions since its last sync, it may force less than an fsync, and what of these
// it forces differs from one file system to another.
func (l *Life) DataOnly() map[int]bool {
	file := map[uint64]bool{} // whether it has changed in nothing else since its last sync
	for _, f := range l.Journal.Base.Files() {
		if !f.IsDir {
			file[uint64(f.Ino)] = true
		}
	}
	out := map[int]bool{}
	for i, e := range l.Journal.Events {
		ino := uint64(e.Ino)
		only, isFile := file[ino]
		switch {
		case e.Kind == journal.EventCreate:
			file[ino] = true
		case !isFile:
		case e.IsSync():
			if only && e.Kind == journal.EventSync {
				out[i] = true
			}
			file[ino] = true
		case changesMore(e.Kind):
			file[ino] = false
		}
	}
	return out
}

// changesMore reports whether an event changes more of a file than bytes and size.
func changesMore(k journal.EventKind) bool {
	switch k {
	case journal.EventLink, journal.EventRemove, journal.EventRename, journal.EventExchange, journal.EventChmod:
		return true
	}
	return false
}
