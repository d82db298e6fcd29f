package machine

import (
	"maps"
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// The reference decides as the checker does, in the dumbest way: it tries every order of
// the calls, runs toys, copies slices, and writes out every state that may be left. It
// shares no code with the specification.

// refVersion is what a toy was at one time.
type refVersion struct {
	toy      toy
	era      int // the last call that replaced everything
	returned int
}

type refFile struct {
	// sure says that the file of the toy is there, or is not; else it may be anything.
	sure, durable bool
	returned      int
	contents      []toyFile // a sum of zero is not known
}

type refWorld struct {
	c          Contract
	versions   []refVersion
	data, meta int
	files      map[string]refFile
}

func refBegin(c Contract) []refWorld {
	return []refWorld{{c: c, versions: []refVersion{{toy: newToy()}}, files: map[string]refFile{}}}
}

func (w refWorld) clone() refWorld {
	w.versions, w.files = slices.Clone(w.versions), maps.Clone(w.files)
	return w
}

func (w refWorld) toy() toy { return w.versions[len(w.versions)-1].toy }

func sameData(a, b toy) bool { return a.applied == b.applied && maps.Equal(a.pairs, b.pairs) }

func sameMeta(a, b toy) bool { return refMeta(a.meta, b.meta, false) }

// refMeta reports whether a and b are the same metadata. If mayHide, a checksum of a that
// nobody was told may be any.
func refMeta(a, b *engines.SnapshotMetadata, mayHide bool) bool {
	if a == nil || b == nil {
		return a == b
	}
	hides := mayHide && a.Checksum == (engines.Checksum{})
	return a.LastIncluded == b.LastIncluded && (hides || a.Checksum == b.Checksum)
}

// told returns the operation of c with the checksum that a restore was given, as far as it
// is known.
func told(c models.Call) *Op {
	op := *opOf(&c)
	if op.Kind == Restore && op.Metadata.Checksum == (engines.Checksum{}) {
		op.Metadata.Checksum = AnswerOf(&c).Checksum
	}
	return &op
}

// tries are the toys on which op may run: those of which a file that may be anything is
// sound, with each of its contents, or is not.
func (w refWorld) tries(op *Op) (out []toy) {
	f, ok := w.files[op.Name]
	real, there := w.toy().files[op.Name]
	if op.Kind != Restore || !ok {
		return []toy{w.toy()}
	}
	known := f.sure && slices.ContainsFunc(f.contents, func(one toyFile) bool { return one.sum == real.sum })
	for _, one := range f.contents {
		if one.sum == (engines.Checksum{}) {
			one.sum = op.Metadata.Checksum
		}
		if f.sure && (!there || one.sum != real.sum) {
			continue
		}
		t := w.toy().clone()
		t.files[op.Name] = one
		out = append(out, t)
	}
	if !known {
		t := w.toy().clone()
		t.files[op.Name] = toyFile{torn: true}
		out = append(out, t)
	}
	return out
}

// run returns what op may make of w, each with its answer, and those in which it is refused.
func (w refWorld) run(c models.Call) (next []refWorld, answers []Answer, refused bool) {
	op := told(c)
	for _, t := range w.tries(op) {
		after, a, no := t.step(op, c.ID)
		if no {
			refused = true
			continue
		}
		after.files = w.toy().files
		n := w.clone()
		returned := c.Returned
		if returned == models.Pending || c.Result.Err != "" {
			returned = math.MaxInt
		}
		if op.Kind == Generate {
			n.generated(c, &after, returned)
		}
		era := w.versions[len(w.versions)-1].era
		isReset := op.Kind == Reset && (!sameData(t, newToy()) || t.meta != nil)
		if op.Kind == Restore || isReset {
			era = c.ID
		}
		if op.Kind == Apply && w.c.ChunkMaySplit {
			for i := 1; i < len(op.Entries); i++ {
				part, _, _ := t.step(&Op{Kind: Apply, Entries: op.Entries[:i]}, c.ID)
				if part.applied != t.applied && part.applied != after.applied {
					part.files = after.files
					n.versions = append(n.versions, refVersion{part, era, returned})
				}
			}
		}
		last := n.versions[len(n.versions)-1]
		if op.Kind == Restore || isReset || !sameData(last.toy, after) || !sameMeta(last.toy, after) {
			n.versions = append(n.versions, refVersion{after, era, returned})
		} else {
			n.versions[len(n.versions)-1].toy = after
		}
		next, answers = append(next, n), append(answers, a)
	}
	return next, answers, refused
}

func (w *refWorld) generated(c models.Call, after *toy, returned int) {
	name := opOf(&c).Name
	f := refFile{returned: returned}
	one := toyFile{pairs: after.pairs, applied: after.applied}
	after.files = maps.Clone(after.files)
	if returned == math.MaxInt {
		f.contents = append(slices.Clone(w.files[name].contents), one)
		w.files[name] = f
		return
	}
	one.sum = AnswerOf(&c).Checksum
	f.sure, f.contents, f.durable = true, []toyFile{one}, !w.c.PersistNeedsFlush && !w.c.Volatile
	after.files[name] = one
	w.files[name] = f
}

// refUnsure reports whether c may have happened or not.
func refUnsure(c models.Call) bool {
	may := c.Faulted || c.AfterFault || c.Cancelled
	return may && (c.Returned == models.Pending || c.Result.Err != "")
}

// refStep returns the worlds after c; none if c cannot have had its result.
func refStep(worlds []refWorld, c models.Call) (out []refWorld) {
	op := opOf(&c)
	switch {
	case op.Kind == reopen || op.Kind == crash:
		return refRestart(worlds, c)
	case refUnsure(c) && (op.Reads() || op.Kind == Flush || op.Kind == SaveHardState || op.Kind == ending):
		return worlds
	case op.Reads():
		for _, w := range worlds {
			if next, answers, _ := w.run(c); c.Returned == models.Pending || c.Result.Err != "" && len(next) == 0 ||
				c.Result.Err == "" && len(next) > 0 && refEqual(answers[0], *AnswerOf(&c)) {
				return worlds
			}
		}
		return nil
	case refUnsure(c):
		return refPerhaps(worlds, c)
	}
	var gone []refWorld
	var kept [][]refWorld
	for _, w := range worlds {
		next, answers, refused := w.run(c)
		var ok []refWorld
		if refused && (c.Returned == models.Pending || c.Result.Err != "") {
			ok = append(ok, w)
		}
		for i, n := range next {
			if c.Returned == models.Pending || c.Result.Err == "" && slices.Equal(answers[i].Results, AnswerOf(&c).Results) {
				ok = append(ok, n)
			}
		}
		if kept = append(kept, ok); len(ok) == 0 {
			gone = append(gone, w)
		}
	}
	for i, w := range worlds {
		for _, n := range kept[i] {
			n = n.haunt(w, gone)
			n.force(c)
			out = append(out, n)
		}
	}
	return out
}

// haunt puts what worlds that are gone had made before what n has and w had not.
func (n refWorld) haunt(w refWorld, gone []refWorld) refWorld {
	old := len(w.versions)
	made, now := slices.Clone(n.versions[old:]), n.toy()
	top := w.versions[old-1]
	n.versions = n.versions[:old:old]
	for _, g := range gone {
		count := 0
		for _, v := range g.versions[g.data:] {
			seen := slices.ContainsFunc(w.versions[w.data:], func(o refVersion) bool { return o.era == v.era && sameData(o.toy, v.toy) })
			if seen {
				continue
			}
			if v.era == top.era {
				v.toy.meta = top.toy.meta
			}
			v.returned = math.MaxInt
			n.versions = append(n.versions, v)
			count++
		}
		if count > 0 {
			again := top
			again.returned = math.MaxInt
			n.versions = append(n.versions, again)
		}
	}
	n.versions = append(n.versions, made...)
	last := &n.versions[len(n.versions)-1].toy
	last.files, last.stopped = now.files, now.stopped
	return n
}

func refPerhaps(worlds []refWorld, c models.Call) (out []refWorld) {
	op := opOf(&c)
	out = slices.Clone(worlds)
	for i, w := range worlds {
		next, _, _ := w.run(c)
		for _, n := range next {
			if op.Kind == Generate {
				out[i] = n
				continue
			}
			for size := len(w.versions) + 1; size < len(n.versions); size++ {
				part := n.clone()
				part.versions = part.versions[:size]
				out = append(out, part)
			}
			out = append(out, n)
		}
	}
	return out
}

func refEqual(a, b Answer) bool {
	same := func(x, y *Value) bool { return (x == nil) == (y == nil) && (x == nil || *x == *y) }
	return refMeta(a.Metadata, b.Metadata, true) && slices.EqualFunc(a.Values, b.Values, same) && slices.Equal(a.Pairs, b.Pairs) &&
		a.Applied == b.Applied && a.Term == b.Term && a.Len == b.Len
}

// force makes durable what c promises to.
func (w *refWorld) force(c models.Call) {
	op, last := opOf(&c), len(w.versions)-1
	if c.Returned == models.Pending || c.Result.Err != "" || w.c.Volatile {
		return
	}
	reached := func(index uint64) int {
		i := last
		for i > 0 && w.versions[i-1].era == w.versions[i].era && w.versions[i-1].toy.applied.Index >= index {
			i--
		}
		return i
	}
	returned := last
	for returned > 0 && w.versions[returned].returned >= c.Invoked {
		returned--
	}
	data, meta, files := -1, -1, false
	switch op.Kind {
	case Apply:
		if w.c.ApplyDurable && len(op.Entries) > 0 {
			data = reached(op.Entries[len(op.Entries)-1].Index)
		}
	case PersistApplied:
		if !w.c.PersistNeedsFlush {
			data = reached(op.Position.Index)
		}
	case PersistMetadata:
		if !w.c.PersistNeedsFlush {
			meta = last
		}
	case Restore, Reset:
		if op.Kind == Restore && w.c.RestoreDurable || op.Kind == Reset && w.c.ResetDurable {
			data, meta = last, last
		}
	case SaveHardState:
		if !w.c.PersistNeedsFlush {
			data, meta = returned, returned
		}
	case Flush:
		data, meta, files = returned, returned, true
	case Stop, ending:
		if w.c.ShutdownDurable {
			data, meta, files = returned, returned, true
		}
	}
	w.data, w.meta = max(w.data, data), max(w.meta, meta)
	for name, f := range w.files {
		if files && f.sure && f.returned < c.Invoked {
			f.durable = true
			w.files[name] = f
		}
	}
}

// legal returns the newest data and metadata that are those of v, after a clean reopen or
// a crash.
func (w refWorld) legal(v *View, clean bool) (data, meta int, ok bool) {
	for name, f := range w.files {
		real, there := w.toy().files[name]
		sum, shown := v.file(name)
		if (clean || f.durable) && f.sure && (there != shown || there && sum != real.sum) {
			return 0, 0, false
		}
	}
	want := newToy()
	want.applied = v.LastApplied
	for i, p := range v.Pairs {
		if want.pairs[p.Key] = p.Value; i > 0 && v.Pairs[i-1].Key >= p.Key {
			return 0, 0, false
		}
	}
	if v.HasMetadata {
		want.meta = &v.Metadata
	}
	firstData, firstMeta := w.data, w.meta
	if clean {
		firstData, firstMeta = len(w.versions)-1, len(w.versions)-1
	}
	for i := len(w.versions) - 1; i >= firstData; i-- {
		for j := len(w.versions) - 1; j >= firstMeta; j-- {
			a, b := w.versions[i], w.versions[j]
			if a.era == b.era && sameData(a.toy, want) && refMeta(b.toy.meta, want.meta, true) {
				return i, j, v.Term == v.LastApplied.Term
			}
		}
	}
	return 0, 0, false
}

func refRestart(worlds []refWorld, c models.Call) (out []refWorld) {
	switch {
	case c.Returned == models.Pending || c.Result.Err != "" && (c.Faulted || c.AfterFault && c.Op == models.Reopen):
		return worlds
	case c.Result.Recovered == nil:
		return nil
	}
	v := viewOf(c.Result.Recovered.View)
	clean := c.Op == models.Reopen && !c.Faulted && !c.AfterFault
	for _, w := range worlds {
		if i, j, ok := w.legal(v, clean && !w.c.Volatile); ok {
			out = append(out, w.reborn(i, j, v, c.Returned))
		}
	}
	return out
}

// reborn returns w after a recovery that showed v, the data of version i and the metadata
// of version j.
func (w refWorld) reborn(i, j int, v *View, returned int) refWorld {
	n := w.clone()
	if w.c.RecoveryNeedsFlush && !w.c.Volatile {
		n.versions = n.versions[:max(i, j)+1]
		for k := range n.versions {
			one := &n.versions[k]
			if k > i {
				one.toy.pairs, one.toy.applied = n.versions[i].toy.pairs, n.versions[i].toy.applied
			}
			if k > j {
				one.toy.meta = n.versions[j].toy.meta
			}
			one.returned = 0
		}
	}
	now := w.versions[i]
	now.toy.meta, now.toy.stopped, now.returned = nil, false, returned
	if v.HasMetadata {
		now.toy.meta = &v.Metadata
	}
	now.toy.files = map[string]toyFile{}
	lasts := !w.c.Volatile && !w.c.RecoveryNeedsFlush
	for name, f := range w.files {
		sum, there := v.file(name)
		kept := refFile{sure: true, durable: f.durable, returned: math.MaxInt}
		for _, one := range f.contents {
			if there && one.sum == sum {
				kept.contents = []toyFile{one}
				break
			}
			if there && one.sum == (engines.Checksum{}) {
				kept.contents = append(kept.contents, one)
			}
		}
		if there {
			now.toy.files[name] = toyFile{sum: sum}
		}
		n.files[name] = kept
	}
	n.versions = append(n.versions, now)
	if lasts {
		n.data, n.meta = len(n.versions)-1, len(n.versions)-1
	}
	return n
}

// refOrders calls yield with the worlds after each order of h, and returns how many there
// were at most on the way.
func refOrders(worlds []refWorld, h models.History, yield func([]refWorld)) (most int) {
	most = len(worlds)
	if len(worlds) == 0 {
		return most
	}
	if len(h) == 0 {
		yield(worlds)
		return most
	}
	first := math.MaxInt
	for _, c := range h {
		if c.Returned != models.Pending {
			first = min(first, c.Returned)
		}
	}
	for i, c := range h {
		if c.Invoked <= first {
			most = max(most, refOrders(refStep(worlds, c), slices.Delete(slices.Clone(h), i, i+1), yield))
		}
	}
	return most
}

// refCheck reports whether r is legal after h, and whether there were more worlds on the
// way than the checker follows: then that need not know.
func refCheck(c Contract, h models.History, r *models.Recovered) (ok, crowded bool) {
	most := refOrders(refBegin(c), h, func(worlds []refWorld) {
		for _, w := range worlds {
			_, _, fits := w.legal(viewOf(r.View), false)
			ok = ok || fits
		}
	})
	const followed = 64
	return ok, most > followed
}
