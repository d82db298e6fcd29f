package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// part says that what came back is what v, of which is said what it promises, leaves in
// part. If v is nil there is nothing to say.
func (x *diagnosis) part(p models.Property, v *version, promise string) []models.Violation {
	if v == nil {
		return nil
	}
	return models.Broken(p, v.cite(), "%s %s, yet after %s the state is %s", v, promise, x.restart, x.got)
}

// refusedSnapshot finds what a snapshot made that was refused.
func (x *diagnosis) refusedSnapshot() []models.Violation {
	for _, v := range x.world.refused {
		if v.halfReplaced(x.got.data) {
			return x.part(models.SnapshotRefused, v, "was refused, which changes nothing")
		}
	}
	return nil
}

// halfSnapshot finds part of a restore or a reset.
func (x *diagnosis) halfSnapshot() []models.Violation {
	v := x.world.newest(func(v *version) bool { return v.replaces() && v.halfReplaced(x.got.data) })
	return x.part(models.SnapshotAtomic, v, "replaces all or nothing")
}

// startOfChunk finds the first entries of a chunk, and their position.
func (x *diagnosis) startOfChunk() []models.Violation {
	v := x.world.newest(func(v *version) bool { return x.isAtomic(v) && v.startsLike(x.got.data) })
	torn := x.part(models.ApplyAtomic, v, "is atomic")
	if floor, _ := x.floors(x.world); v != nil && v.seq <= floor.seq {
		return append(x.lostVersion(v), torn...)
	}
	return torn
}

// openChunk finds some effects of a chunk that was not yet durable.
func (x *diagnosis) openChunk() []models.Violation {
	floor, _ := x.floors(x.world)
	return x.halfChunk(floor.seq)
}

// anyChunk finds some effects of a chunk.
func (x *diagnosis) anyChunk() []models.Violation { return x.halfChunk(0) }

func (x *diagnosis) halfChunk(after int) []models.Violation {
	v := x.world.newest(func(v *version) bool { return v.seq > after && x.isAtomic(v) && v.halfApplied(x.got.data) })
	return x.part(models.ApplyAtomic, v, "is atomic")
}

// isAtomic reports whether v is by an apply that leaves all or nothing.
func (x *diagnosis) isAtomic(v *version) bool { return v.applies() && !x.ChunkMaySplit }

// otherPosition finds the pairs of a version with another position.
func (x *diagnosis) otherPosition() []models.Violation {
	v := x.world.newest(func(v *version) bool { return v.holdsSame(x.got.data) })
	if v == nil {
		return nil
	}
	return models.Broken(models.AppliedAgrees, v.cite(), "the last applied position is %s after %s, yet the pairs are those at %s, by %s",
		idText(x.got.applied), x.restart, idText(v.applied), v)
}

// swappedAgain finds a version with entries applied once more that compare and swap: what
// those lead to may be the pairs of an older version too.
func (x *diagnosis) swappedAgain() []models.Violation {
	return x.twice(func(a *again) bool { return a.swaps })
}

// appliedAgain finds a version with any entries applied once more.
func (x *diagnosis) appliedAgain() []models.Violation {
	return x.twice(func(*again) bool { return true })
}

func (x *diagnosis) twice(is func(*again) bool) []models.Violation {
	for v := x.world.now; v != nil; v = v.prev {
		for a := range v.reapplied() {
			if a.data.isSame(x.got.data) && is(&a) {
				return a.broken("after "+x.restart, v.state.data.differs(x.got.data))
			}
		}
	}
	return nil
}

func (a *again) broken(when, how string) []models.Violation {
	what := fmt.Sprintf("entry %d", a.first.Index)
	if a.last != a.first {
		what = fmt.Sprintf("the entries %d-%d", a.first.Index, a.last.Index)
	}
	return models.Broken(models.ExactlyOnce, a.by.cite(), "%s of %s came again %s and changed the state at %s: %s",
		what, a.by, when, idText(a.applied), how)
}

// differs says of the first key that got has other than d.
func (d data) differs(got data) string {
	for _, pairs := range [][]Pair{d.pairs, got.pairs} {
		for _, p := range pairs {
			if is, was := got.get(p.Key), d.get(p.Key); !is.isSame(was) {
				return fmt.Sprintf("%s is %s, not %s", p.Key, is, was)
			}
		}
	}
	return "nothing"
}
