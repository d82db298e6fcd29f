package faultfs

// sync is fsync or fdatasync of a file, as e says.
func (v *volume) sync(e Event) error {
	err := v.fire(e.Path, FaultSync)
	if err != nil {
		e.Kind = EventSyncFail
	}
	v.record(e)
	switch {
	case v.failure != SyncFailureRevert || v.tree.at(e.Ino).isDir:
	case err != nil:
		v.revert(e)
	default:
		v.markClean(e.Ino)
	}
	return err
}

// markClean remembers a file as what the next failed sync of it reverts to.
func (v *volume) markClean(ino Ino) {
	v.clean[ino] = v.tree.share(ino)
}

// revert makes a file again what its last sync left, through events of its own,
// so that the journal has all that can be read.
func (v *volume) revert(e Event) {
	old := v.clean[e.Ino]
	if old == nil {
		old = &node{}
	}
	_ = v.resize(e.Ino, e.Path, old.size) // it had this size before
	for off := int64(0); off < old.size; off += pageBytes {
		was := make([]byte, min(pageBytes, old.size-off))
		now := make([]byte, len(was))
		old.readAt(was, off)
		v.tree.at(e.Ino).readAt(now, off)
		if string(was) != string(now) {
			v.store(e.Ino, e.Path, was, off)
		}
	}
}
