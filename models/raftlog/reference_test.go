package raftlog

import (
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// The reference decides as the checker does, in the dumbest way: it tries every
// order of the calls, copies slices, and writes out every log that may be left.
// It shares no code with the specification.

type refEntry struct {
	Entry
	hard int // hard states saved before the entry's call
	call int
	kind Kind
	over bool // the call overwrote others
}

type refLog struct {
	first    uint64
	boundary engines.LogID
	has      bool
	entries  []refEntry
}

func (l refLog) last() uint64 {
	if n := len(l.entries); n > 0 {
		return l.entries[n-1].Index
	}
	return l.first - 1
}

type refWrite struct {
	call Call
	hard int
	may  bool // the engine was free to refuse it, and wrote entries all the same
	// number counts the writes that were not refused; 0 for one that was.
	number int
}

type refHard struct {
	value   engines.HardState
	has     bool
	call    Call
	refused bool // the save was, and may have happened
}

type refState struct {
	c Contract
	// log is what writes, the effective ones, make of base. The first floor of
	// them must survive; purges from purgeFloor on may be undone.
	base              refLog
	writes            []refWrite
	floor, purgeFloor int
	// shown, if not 0, is the last index of the last of them that must survive.
	shown     uint64
	hards     []refHard
	hardFloor int
	// refused is the first index from which on a call that was refused may have overwritten
	// or discarded what was there: a raft-safe log may lack it, whether or not that happened.
	refused uint64
	// past are the logs of earlier lives, which a volatile engine may leave.
	past []refLog
}

func refFresh(c Contract) refState {
	return refState{c: c, base: refLog{first: 1}, hards: []refHard{{}}, refused: math.MaxUint64}
}

func (s refState) clone() refState {
	s.writes, s.hards, s.past = slices.Clone(s.writes), slices.Clone(s.hards), slices.Clone(s.past)
	return s
}

// refApply returns what op makes of log; must says that it is refused, may that it may be.
func refApply(c Contract, l refLog, w refWrite) (out refLog, must, may bool) {
	op := w.call.Op
	entries := op.Entries
	switch {
	case op.Kind == Reset:
		return refLog{first: 1}, false, false
	case op.Kind == Purge:
		if op.Cutoff.Index < l.first {
			return l, false, false
		}
		out = refLog{first: op.Cutoff.Index + 1, boundary: op.Cutoff, has: true}
		for _, e := range l.entries {
			if e.Index > op.Cutoff.Index {
				out.entries = append(out.entries, e)
			}
		}
		return out, false, false
	case op.Kind == Persist && len(entries) == 0:
		return l, false, false
	case op.Kind == Truncate || len(entries) == 0:
		from := max(op.From, 1)
		if from < l.first && c.KeepsBoundary {
			return l, true, false
		}
		out = l
		out.entries = nil
		for _, e := range l.entries {
			if e.Index < from {
				out.entries = append(out.entries, e)
			}
		}
		return out, false, from < l.first
	}
	from := entries[0].Index
	for i, e := range entries {
		if e.Index == 0 || e.Index != from+uint64(i) {
			return l, true, false
		}
	}
	if op.Kind == Replace && op.From != from {
		return l, true, false
	}
	gap, compacted := from > l.last()+1, from < l.first
	switch {
	case gap && c.AcceptsGaps && (c.KeepsBoundary || len(l.entries) > 0):
		out = l
	case gap && len(l.entries) > 0, c.KeepsBoundary && (gap || compacted):
		return l, true, false
	case gap || compacted:
		may = l.first > 1
		out = refLog{first: from}
	default:
		out = l
		out.entries = nil
		for _, e := range l.entries {
			if e.Index < from {
				out.entries = append(out.entries, e)
			}
		}
	}
	out.entries = slices.Clone(out.entries)
	for _, e := range entries {
		out.entries = append(out.entries, refEntry{e, w.hard, w.call.ID, op.Kind, len(l.entries) > 0 && from <= l.last()})
	}
	for _, e := range l.entries {
		if c.OverwriteKeepsTail && op.Kind == Persist && !compacted && e.Index > entries[len(entries)-1].Index {
			out.entries = append(out.entries, e)
		}
	}
	return out, false, may
}

// refDone returns the write of c to l. A truncate discards what is there: if that begins
// later, it is one from there, and takes nothing else if a purge is undone.
func refDone(c Call, l refLog, hard int, may bool) refWrite {
	cuts := c.Op.Kind == Truncate || c.Op.Kind == Replace && len(c.Op.Entries) == 0
	if cuts {
		c.Op.From = max(c.Op.From, l.first)
	}
	return refWrite{call: c, hard: hard, may: may && !cuts}
}

func sameRefLog(a, b refLog) bool {
	return a.first == b.first && a.has == b.has && a.boundary == b.boundary &&
		slices.EqualFunc(a.entries, b.entries, func(x, y refEntry) bool { return x.Entry == y.Entry })
}

func (s refState) log() refLog {
	l, _ := s.replay(s.writes, nil)
	return l
}

// replay makes writes but for the skipped ones; ok is false if one is refused.
func (s refState) replay(writes []refWrite, skip map[int]bool) (l refLog, ok bool) {
	l = s.base
	startedOver, skipped := false, false
	for i, w := range writes {
		if skip[i] {
			skipped, startedOver = true, startedOver || w.call.Op.Cutoff.Index > l.last()
			continue
		}
		next, must, may := refApply(s.c, l, w)
		startedOver, skipped = startedOver && w.call.Op.Kind != Reset, skipped && w.call.Op.Kind != Reset
		if must || may && !w.may || w.may && skipped || startedOver && len(w.call.Op.Entries) > 0 {
			return l, false
		}
		l = next
	}
	return l, true
}

// variants are the logs that writes may have left, purges undone or not.
func (s refState) variants(writes []refWrite) []refLog {
	var out []refLog
	for n := range s.purges(writes) + 1 {
		if l, ok := s.replay(writes, s.lastPurges(writes, n)); ok {
			out = append(out, l)
		}
	}
	return out
}

// purges returns how many purges of writes may be undone.
func (s refState) purges(writes []refWrite) (count int) {
	for i := s.purgeFloor; i < len(writes); i++ {
		if writes[i].call.Op.Kind == Purge {
			count++
		}
	}
	return count
}

// lastPurges returns the last n purges of writes. A purge is undone after all later
// ones: the newest boundary decides.
func (s refState) lastPurges(writes []refWrite, n int) map[int]bool {
	skip := map[int]bool{}
	for i := len(writes) - 1; i >= 0 && len(skip) < n; i-- {
		if writes[i].call.Op.Kind == Purge {
			skip[i] = true
		}
	}
	return skip
}

// left returns every log that a crash may leave.
func (s refState) left() []refLog {
	out := slices.Clone(s.past)
	for n := s.floor; n <= len(s.writes); n++ {
		out = append(out, s.variants(s.writes[:n])...)
		if n == s.floor && s.shown == 0 {
			continue
		}
		parts, begun := s.parts(n)
		for _, short := range parts {
			out = append(out, s.variants(short)...)
		}
		if begun.first > 0 && n > s.floor {
			out = append(out, begun)
		}
	}
	if s.c.RaftSafe {
		out = s.safe(out)
	}
	return out
}

// parts are the writes of which a crash may leave a part of the n-th only, and the
// log that such a part begins anew and leaves empty, if any.
func (s refState) parts(n int) (out [][]refWrite, begun refLog) {
	w := s.writes[n-1]
	before, _ := s.replay(s.writes[:n-1], nil)
	entries := w.call.Op.Entries
	if len(entries) == 0 || w.call.Op.Kind > Replace {
		return nil, begun
	}
	from := entries[0].Index
	over := from <= before.last() && len(before.entries) > 0 && w.call.Op.Kind == Persist
	if w.call.Op.Kind == Replace && s.c.AtomicReplace ||
		w.call.Op.Kind == Persist && s.c.AtomicBatch && !(over && s.c.OverwriteMaySplit) {
		return nil, begun
	}
	for k := range entries {
		if n == s.floor && (k == 0 || entries[k-1].Index < s.shown) {
			continue
		}
		// Writing the first k is a whole call that writes k, or a truncate.
		short := w
		short.call.Op.Entries = entries[:k]
		switch {
		case k > 0:
		case over && from >= before.first && s.c.OverwriteKeepsTail || s.c.AcceptsGaps && from > before.last()+1 && (s.c.KeepsBoundary || len(before.entries) > 0):
			continue // nothing of the call is left
		case from > before.last()+1 || from < before.first:
			begun = refLog{first: from}
			continue
		default:
			short.call.Op = Op{Kind: Truncate, From: from}
		}
		out = append(out, append(slices.Clone(s.writes[:n-1]), short))
	}
	return out, begun
}

// safe returns every beginning of the logs that keeps what was forced.
func (s refState) safe(logs []refLog) []refLog {
	// A purge that is undone brings back what was forced before it.
	var forced, keep []refEntry
	for _, l := range s.variants(s.writes[:s.floor]) {
		forced = append(forced, l.entries...)
	}
	for _, e := range forced {
		if !s.c.Volatile && (s.shown == 0 || e.Index <= s.shown) && e.Index < min(s.discards(), s.refused) {
			keep = append(keep, e)
		}
	}
	var out []refLog
	for _, l := range logs {
		for n := 0; n <= len(l.entries); n++ {
			short := l
			short.entries = l.entries[:n]
			ok := !slices.ContainsFunc(keep, func(e refEntry) bool { return e.Index >= l.first && !short.holds(e) })
			if n > 0 && n < len(l.entries) && l.entries[n-1].call == l.entries[n].call {
				kind, split := l.entries[n].kind, l.entries[n].over && s.c.OverwriteMaySplit
				ok = ok && !(kind == Persist && s.c.AtomicBatch && !split || kind == Replace && s.c.AtomicReplace)
			}
			if ok {
				out = append(out, short)
			}
		}
	}
	return out
}

// discards returns the first index from which on a write that need not survive overwrites
// or discards what was there.
func (s refState) discards() uint64 {
	first := uint64(math.MaxUint64)
	for _, w := range s.writes[s.floor:] {
		switch op := w.call.Op; op.Kind {
		case Purge:
		case Persist:
			first = min(first, op.Entries[0].Index)
		default:
			first = min(first, op.From)
		}
	}
	return first
}

// upTo returns the entries up to index.
func (l refLog) upTo(index uint64) (out []Entry) {
	for _, e := range l.entries {
		if e.Index <= index {
			out = append(out, e.Entry)
		}
	}
	return out
}

func (l refLog) holds(e refEntry) bool {
	return slices.ContainsFunc(l.entries, func(o refEntry) bool { return o.Entry == e.Entry })
}

// fits reports whether v shows l.
func (l refLog) fits(c Contract, v *View) bool {
	if len(v.Entries) != len(l.entries) {
		return false
	}
	for i, e := range l.entries {
		if v.Entries[i] != e.Entry {
			return false
		}
	}
	if c.KeepsBoundary && (v.HasBoundary != l.has || l.has && v.Boundary != l.boundary) {
		return false
	}
	return v.LastIndex == l.last() || len(l.entries) == 0 && !c.KeepsBoundary && v.LastIndex == 0
}

// needsFlush returns the state after a recovery to l and hard state h, if nothing of
// that is durable: the writes that led to it, as if they had returned long ago.
func (s refState) needsFlush(l refLog, h int, v *View) refState {
	next := s.clone()
	next.hards = append(next.hards[:h+1], refHard{v.HardState, v.HasHardState, Call{}, false})
	for n := len(s.writes); n >= s.floor; n-- {
		tries := [][]refWrite{s.writes[:n]}
		if n > s.floor || s.shown > 0 {
			parts, _ := s.parts(n)
			tries = append(tries, parts...)
		}
		for _, writes := range tries {
			for undone := range s.purges(writes) + 1 {
				skip := s.lastPurges(writes, undone)
				got, ok := s.replay(writes, skip)
				if !ok || !sameRefLog(got, l) {
					continue
				}
				next.writes = nil
				for i, w := range writes {
					if skip[i] && i < s.floor {
						next.floor--
					}
					if !skip[i] {
						w.call.Returned = -1
						if w.hard > h {
							w.hard = math.MaxInt // what it relies on is lost
						}
						next.writes = append(next.writes, w)
					}
				}
				return next
			}
		}
	}
	panic("reference: nothing leads to what was recovered")
}

// settledHard returns the newest hard state that is not that of a refused save.
func (s refState) settledHard() int {
	for i := len(s.hards) - 1; ; i-- {
		if !s.hards[i].refused {
			return i
		}
	}
}

// legal reports whether v may be what a crash or a clean reopen left, and what goes on.
func (s refState) legal(v *View, clean bool) (refState, bool) {
	logs, hards := s.left(), s.hards[s.hardFloor:]
	if clean && !s.c.Volatile {
		logs, hards = []refLog{s.log()}, s.hards[s.settledHard():]
	}
	for _, l := range logs {
		if !l.fits(s.c, v) {
			continue
		}
		newest := 0
		for _, e := range l.entries {
			newest = max(newest, e.hard)
		}
		for i, h := range hards {
			if h.has != v.HasHardState || h.has && h.value != v.HardState {
				continue
			}
			if s.c.OrderedHardState && !s.c.Volatile && len(s.hards)-len(hards)+i < newest {
				continue
			}
			if s.c.RecoveryNeedsFlush && !s.c.Volatile {
				return s.needsFlush(l, s.newestHard(v), v), true
			}
			return s.adopt(l, v), true
		}
	}
	return s, false
}

// newestHard returns the newest hard state that is that of v.
func (s refState) newestHard(v *View) int {
	for i := len(s.hards) - 1; ; i-- {
		if h := s.hards[i]; h.has == v.HasHardState && (!h.has || h.value == v.HardState) {
			return i
		}
	}
}

func (s refState) adopt(l refLog, v *View) refState {
	next := s.clone()
	if s.c.Volatile {
		next.past = s.left()
	}
	if len(l.entries) == 0 && !s.c.KeepsBoundary {
		l = refLog{first: v.LastIndex + 1, has: v.LastIndex > 0}
	}
	next.base, next.writes, next.floor, next.purgeFloor, next.shown, next.refused = l, nil, 0, 0, 0, math.MaxUint64
	next.hards = append(next.hards, refHard{v.HardState, v.HasHardState, Call{}, false})
	if !s.c.Volatile {
		next.hardFloor = len(next.hards) - 1
	}
	return next
}

func refReturned(c Call, before int) bool { return c.Returned != models.Pending && c.Returned < before }

// step returns the state after c took effect.
func (s refState) step(c Call) (refState, bool) {
	next := s.clone()
	l := s.log()
	pending := c.Returned == models.Pending
	ok := pending || c.Result.Err == ""
	switch c.Op.Kind {
	case Persist, Replace, Truncate, Purge, Reset:
		hard := 0
		for i, h := range s.hards {
			if h.call.Returned < c.Invoked && (h.call.Returned != models.Pending || h.call.ID == 0) {
				hard = i
			}
		}
		after, must, may := refApply(s.c, l, refWrite{call: c, hard: hard})
		switch {
		case pending && must:
			return s, true
		case !ok:
			return s, must || may
		case must:
			return s, false
		case sameRefLog(after, l) && (len(c.Op.Entries) == 0 || c.Op.Kind > Replace):
			return s, true
		}
		next.writes = append(next.writes, refDone(c, l, hard, may))
		writes := c.Op.Kind <= Replace && len(c.Op.Entries) > 0
		if !pending && !s.c.Volatile && (writes && s.c.WriteDurable || !writes && s.c.MutationsDurable) {
			next.floor, next.shown = len(next.writes), 0
			if s.c.MutationsDurable {
				next.purgeFloor = next.floor
			}
		}
		return next, true
	case SaveHardState:
		next.hards = append(next.hards, refHard{c.Op.HardState, true, c, false})
		if !pending && s.c.HardStateDurable && !s.c.Volatile {
			next.hardFloor = len(next.hards) - 1
		}
		return next, ok
	case Flush:
		for i, w := range s.writes {
			if !pending && !s.c.Volatile && refReturned(w.call, c.Invoked) {
				if i+1 >= next.floor {
					next.floor, next.shown = i+1, 0
				}
				next.purgeFloor = max(next.purgeFloor, i+1)
			}
		}
		return next, ok
	case FlushMeta:
		for i, h := range s.hards {
			if !pending && !s.c.Volatile && refReturned(h.call, c.Invoked) {
				next.hardFloor = max(next.hardFloor, i)
			}
		}
		return next, ok
	case Close:
		if !pending && s.c.CloseDurable && !s.c.Volatile {
			next.floor = len(s.writes)
			for next.floor > s.floor && s.writes[next.floor-1].number == 0 {
				next.floor-- // it was refused
			}
			next.purgeFloor, next.hardFloor, next.shown = max(next.floor, s.purgeFloor), s.settledHard(), 0
		}
		return next, ok
	}
	if pending || ok && c.Op.Kind == ReadBoundary && !s.c.KeepsBoundary {
		return s, true
	}
	if c.Op.Kind == ReadDurableIndex {
		next.keepShown(Result{Entries: l.upTo(c.Result.DurableIndex)})
		return next, ok && c.Result.DurableIndex <= l.last()
	}
	if s.c.ReadsDurable && (c.Op.Kind != ReadLastIndex || !c.Faulted && !c.AfterFault) {
		next.keepShown(c.Result)
	}
	for h := len(s.hards) - 1; c.Op.Kind == ReadHardState && s.hards[h].refused; h-- {
		if old := s.hards[h-1]; c.Result.equal(Result{OK: old.has, HardState: old.value}) {
			return next, true
		}
	}
	return next, s.read(c.Op).equal(c.Result)
}

// keepShown lets what a read showed survive: the first writes that lead to it.
func (s *refState) keepShown(r Result) {
	if s.c.Volatile {
		return
	}
	for h := len(s.hards) - 1; h > s.hardFloor && r.HardState != (engines.HardState{}); h-- {
		if s.hards[h-1].value != r.HardState {
			s.hardFloor = h
		}
	}
	last := r.LastIndex
	if len(s.log().entries) == 0 {
		last = 0
	}
	if n := len(r.Entries); n > 0 {
		last = r.Entries[n-1].Index
	}
	shows := func(n int) bool {
		l, _ := s.replay(s.writes[:n], nil)
		for _, e := range r.Entries {
			if !l.holds(refEntry{Entry: e}) {
				return false
			}
		}
		return len(l.entries) > 0 && l.last() >= last
	}
	n := len(s.writes)
	for n > s.floor && shows(n-1) {
		n--
	}
	switch {
	case last == 0:
	case n > s.floor:
		s.floor, s.shown = n, last
	case s.shown > 0:
		s.shown = max(s.shown, last)
	}
}

// read returns what op reads.
func (s refState) read(op Op) Result {
	l, h := s.log(), s.hards[len(s.hards)-1]
	var r Result
	switch op.Kind {
	case ReadEntry, ReadRange:
		for _, e := range l.entries {
			if e.Index == op.From || op.Kind == ReadRange && e.Index > op.From && e.Index <= op.To {
				r.Entries = append(r.Entries, e.Entry)
			}
		}
		if op.Kind == ReadRange && op.To < op.From {
			r.Entries = nil
		}
		r.OK = op.Kind == ReadEntry && len(r.Entries) > 0
	case ReadLastIndex:
		r.LastIndex = l.last()
	case ReadHardState:
		r.OK, r.HardState = h.has, h.value
	case ReadBoundary:
		r.OK, r.Boundary = l.has, l.boundary
	}
	return r
}

func (r Result) equal(o Result) bool {
	return r.Err == o.Err && slices.Equal(r.Entries, o.Entries) && r.LastIndex == o.LastIndex &&
		r.HardState == o.HardState && r.Boundary == o.Boundary && r.OK == o.OK
}
