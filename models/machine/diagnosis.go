package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// diagnosis finds the cause of an illegal recovery of a world.
type diagnosis struct {
	search
	world *world
	// restart is "the crash" or "the clean reopen".
	restart string
}

// newest returns the newest version that is as asked for; nil if there is none.
func (w *world) newest(is func(*version) bool) *version {
	for v := w.now; v != nil; v = v.prev {
		if is(v) {
			return v
		}
	}
	return nil
}

// first returns the first version after v, no later than floor, that is not as asked for.
func (w *world) firstNot(v, floor *version, is func(*version) bool) *version {
	var found *version
	for o := floor; o.seq > v.seq; o = o.prev {
		if !is(o) {
			found = o
		}
	}
	return found
}

func (x *diagnosis) hasData(v *version) bool { return v.state.data.isSame(x.got.data) }

func (x *diagnosis) hasMeta(v *version) bool { return v.state.meta.mayShow(x.got.meta) }

// acrossEras finds data of before a restore or a reset beside metadata of after it, or the
// other way round.
func (x *diagnosis) acrossEras() []models.Violation {
	data, meta := x.world.newest(x.hasData), x.world.newest(x.hasMeta)
	if data == nil || meta == nil || x.world.newest(func(v *version) bool { return v.era == data.era && x.hasMeta(v) }) != nil {
		return nil
	}
	old, kept := meta, "data"
	if old.seq > data.seq {
		old, kept = data, "metadata"
	}
	by := x.world.newest(func(v *version) bool { return v.replaces() && v.seq > old.seq })
	if by == nil {
		return nil
	}
	return surfaced(models.Broken(models.SnapshotAtomic, by.cite(), "%s replaces all or nothing, yet after %s only its %s came back: %s",
		by, x.restart, kept, x.got), by.cause, nil)
}

// lostData finds data of before the floor.
func (x *diagnosis) lostData() []models.Violation {
	floor, _ := x.floors(x.world)
	v := x.world.newest(x.hasData)
	if v == nil || v.isAfter(floor) {
		return nil
	}
	return x.lostVersion(x.world.firstNot(v, floor, x.hasData))
}

// lostVersion says that the data of lost, which were durable, did not come back.
func (x *diagnosis) lostVersion(lost *version) []models.Violation {
	came := fmt.Sprintf("the last applied index is %d", x.got.applied.Index)
	if lost.applied == x.got.applied {
		came = "the state is " + x.got.data.String()
	}
	f := x.world.dataForces.earliest(lost.seq)
	if f == nil || x.exactly {
		return x.lost(lost.cause, nil, "", models.ReadsLinearizable, came)
	}
	return x.lost(lost.cause, &f.cause, "the state "+lost.state.data.String(), f.durability(), came)
}

// lostMetadata finds legal data beside metadata that are not.
func (x *diagnosis) lostMetadata() []models.Violation {
	dataFloor, floor := x.floors(x.world)
	if data := x.world.newest(x.hasData); data == nil || !data.isAfter(dataFloor) {
		return nil
	}
	v := x.world.newest(x.hasMeta)
	if v == nil {
		return models.Broken(models.Prefix, nil, "the metadata after %s are of %s, which no call ever left", x.restart, x.got.meta)
	}
	if v.isAfter(floor) {
		return nil
	}
	came := "the metadata are of " + x.got.meta.String()
	lost := x.world.firstNot(v, floor, x.hasMeta)
	f := x.world.metaForces.earliest(lost.seq)
	if f == nil || x.exactly {
		return x.lost(lost.cause, nil, "", models.ReadsLinearizable, came)
	}
	p := f.durability()
	if p != models.RecoveredDurable && p != models.CloseDurable {
		p = models.SnapshotMetadataDurable
	}
	return x.lost(lost.cause, &f.cause, lost.state.meta.String(), p, came)
}

// lost says that what made did, which f made durable, did not come back, but came. What is
// lost has words of its own if a recovery showed it first.
func (x *diagnosis) lost(made cause, f *cause, what string, p models.Property, came string) []models.Violation {
	var out []models.Violation
	switch {
	case f == nil || f.call == made.call && !made.isRecovery():
		out = models.Broken(p, made.cite(), "%s returned before %s, yet %s", made, x.restart, came)
	case made.isRecovery() && f.isRecovery():
		out = models.Broken(p, f.cite(), "%s showed %s, yet after %s %s", f, what, x.restart, came)
	case f.isRecovery():
		out = models.Broken(p, append(made.cite(), f.cite()...), "%s was part of what %s showed, yet after %s %s", made, f, x.restart, came)
	default:
		out = models.Broken(p, append(made.cite(), f.cite()...), "%s was made durable by %s, which returned before %s, yet %s", made, f, x.restart, came)
	}
	return surfaced(out, made, f)
}

// surfaced returns out as a violation of what is promised of calls that succeed though a
// fault fired in them, if the call, whose effect is missing, or f, which forced it, is one.
func surfaced(out []models.Violation, made cause, f *cause) []models.Violation {
	switch {
	case made.masked:
		return models.Surfaced(out, made.call)
	case f != nil && f.masked:
		return models.Surfaced(out, f.call)
	}
	return out
}

// snapshots judges the files of the snapshots.
func (x *diagnosis) snapshots() []models.Violation {
	for _, f := range x.world.files {
		if f.mayShow(x.view, x.exactly) {
			continue
		}
		sum, there := x.view.file(f.name)
		came := fmt.Sprintf("the file %s is gone", f.name)
		switch {
		case there && f.there:
			came = fmt.Sprintf("the file %s holds %.4x, not %.4x", f.name, sum, f.sum)
		case there:
			came = fmt.Sprintf("there is a file %s", f.name)
		}
		if x.exactly {
			return x.lost(f.made, nil, "", models.ReadsLinearizable, came)
		}
		p := models.SnapshotDurable
		if q := f.forced.durability(); q == models.RecoveredDurable || q == models.CloseDurable {
			p = q
		}
		return x.lost(f.made, &f.forced, "", p, came)
	}
	return nil
}
