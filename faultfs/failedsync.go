package faultfs

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
