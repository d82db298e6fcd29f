package faultfs

// SyncFailure is what becomes of a file's bytes when fsync returns EIO. A retry
// may then succeed and mean nothing ("Can applications recover from fsync
// failures?", ATC'20).
type SyncFailure uint8

const (
	// SyncFailureUnknown: nobody can tell; no later sync of the file forces what
	// the failed one covered.
	SyncFailureUnknown SyncFailure = iota
	// SyncFailureClean: pages are marked clean. Reads go on showing the new
	// bytes, and later syncs force the size and not the bytes (ext4, xfs).
	SyncFailureClean
	// SyncFailureRevert: reads show the old content again (btrfs). The disk
	// itself must do that: see [Config.SyncFailure].
	SyncFailureRevert
)

// sync is fsync or fdatasync of a file, as e says. The lock is held.
func (d *Disk) sync(e Event) error {
	if err := d.faults.fire(e.Path, FaultSync); err != nil {
		e.Kind = EventSyncFail
		d.record(e)
		if d.failure == SyncFailureRevert && !d.tree.at(e.Ino).isDir {
			d.revert(e)
		}
		return err
	}
	d.record(e)
	if d.failure == SyncFailureRevert && !d.tree.at(e.Ino).isDir {
		d.clean[e.Ino] = d.tree.at(e.Ino)
		d.tree.owner = new(token) // what is clean is changed no more
	}
	return nil
}

// revert makes a file again what its last sync left, through events of its own,
// so that the journal tells all that can be read.
func (d *Disk) revert(e Event) {
	old := d.clean[e.Ino]
	if old == nil {
		old = &node{}
	}
	if d.tree.at(e.Ino).size != old.size {
		d.resize(e.Ino, e.Path, old.size)
	}
	for off := int64(0); off < old.size; off += pageBytes {
		was := make([]byte, min(pageBytes, old.size-off))
		now := make([]byte, len(was))
		old.readAt(was, off)
		d.tree.at(e.Ino).readAt(now, off)
		if string(was) != string(now) {
			d.tree.edit(e.Ino).writeAt(was, off)
			d.record(Event{Kind: EventWrite, Ino: e.Ino, Path: e.Path, Off: off, Data: was})
			d.touch(e.Ino)
		}
	}
}

// syncFailed takes from later syncs what the profile says that they no longer
// force.
func (x *expander) syncFailed(e Event) {
	f := x.file(e.Ino)
	if x.live.at(e.Ino).isDir || x.profile.SyncFailure == SyncFailureRevert {
		return
	}
	kept := f.pending[:0]
	for _, id := range f.pending {
		if x.profile.SyncFailure == SyncFailureClean && x.changeOf(id).kind == sizeCell {
			kept = append(kept, id)
		} else {
			x.effects[id].abandoned = true
		}
	}
	f.pending = kept
}

// waits tells whether forcing an effect forces what it needs. Bytes whose write
// failed hold back nothing but newer bytes of their own sector, which contain
// them.
func (x *expander) waits(id, need EffectID) bool {
	if !x.effects[need].abandoned {
		return true
	}
	for _, c := range x.changesOf(id) {
		if c.prev >= 0 && EffectID(x.owners[c.prev]) == need {
			return true
		}
	}
	return false
}
