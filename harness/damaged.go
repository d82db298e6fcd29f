package harness

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
)

// recordsMax is how many records of each place of a program are corrupted: they are spread, and
// the last is among them.
const recordsMax = 4

// damage is a corruption of what a place wrote.
type damage struct {
	corrupt.Corruption
	place *evidence.CorruptedPlace
}

// damages returns the corruptions of what a life leaves if nothing of it is lost, place by place. There
// are none of what the engine does not recover from as it is, which a run tells.
func (x *exploration) damages(l *evidence.Life) (of *evidence.Corruptible, places []*evidence.CorruptedPlace, all []damage) {
	image := host.Must(l.Image(crash.State{Point: len(l.Journal.Events)}))
	whole := x.recoveries.Recover(image)
	if whole.Failure != nil {
		return nil, nil, nil
	}
	of = l.Corruptible(image, whole.View)
	places, all = damagesOf(l, image, of.Records)
	return of, places, all
}

// damagesOf returns the corruptions of records of an image, place by place.
func damagesOf(l *evidence.Life, image *faultfs.Image, all []corrupt.Record) (places []*evidence.CorruptedPlace, out []damage) {
	byName, records := map[string]*evidence.CorruptedPlace{}, map[string][]corrupt.Record{}
	for _, r := range all {
		place := l.SyncPlaceOf(r.Event)
		name := place.NameWithFile()
		if byName[name] == nil {
			byName[name] = &evidence.CorruptedPlace{SyncPlace: place, AtRest: evidence.ByKind{}, Running: evidence.ByKind{}}
			places = append(places, byName[name])
		}
		records[name] = append(records[name], r)
	}
	for _, p := range places {
		here := records[p.NameWithFile()]
		for _, i := range spread(numbers(len(here)), recordsMax) {
			p.Records++
			var other *corrupt.Record
			if i > 0 {
				other = &here[i-1] // what was written later would have gone over it
			}
			for _, c := range corrupt.All(image, all, here[i], other) {
				out = append(out, damage{c, p})
			}
		}
	}
	return places, out
}

// numbers returns the numbers from 0 to n-1.
func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// recoverDamaged lets the engine recover from what is left with a corruption.
func (x *exploration) recoverDamaged(of *evidence.Corruptible, c *corrupt.Corruption) *models.Recovered {
	return x.countHang(recoverDamaged(x.recoveries, of, c))
}

// recoverFrom lets the engine recover from an image.
func (x *exploration) recoverFrom(image *faultfs.Image) *models.Recovered {
	return x.countHang(x.recoveries.Recover(image))
}

// countHang counts a recovery that hung.
func (x *exploration) countHang(recovered *models.Recovered) *models.Recovered {
	if recovered.Hung() {
		x.hangs++
	}
	return recovered
}

// recoverDamaged lets an engine recover from what is left with a corruption. If that is of a
// file beside it, which no open reads, it is asked to start over from that file.
func recoverDamaged(r host.Recoveries, of *evidence.Corruptible, c *corrupt.Corruption) *models.Recovered {
	image := host.Must(c.Of(of.Image))
	recovered := r.Recover(image)
	if !of.IsUnread(recovered) {
		return recovered
	}
	for _, p := range c.Parts {
		if of.Restores[p.Path] == nil {
			whole, ok := r.Restore(of.Image, p.Path, of.Life.Calls)
			if !ok || whole.Failure != nil {
				continue
			}
			of.Restores[p.Path] = whole.View
		}
		restored, _ := r.Restore(image, p.Path, of.Life.Calls)
		restored.Restored = p.Path
		return restored
	}
	return recovered
}
