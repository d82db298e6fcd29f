package filelog

import (
	"errors"
	"fmt"
)

// recovery rebuilds a log from its segments.
type recovery struct {
	log *logStore
	// end and sum are the end of the newest segment read and its checksum.
	end     uint64
	sum     uint32
	hardSeq uint64
	nextSeq uint64
	cached  int
	// seed is the checksum of the last segment's header.
	seed uint32
	// last is the last segment, blank one behind it that was never begun; nil for none.
	last, blank *segment
}

// replay reads the segments from the last gap in seqs on. Segments before a gap
// are what an interrupted purge left; if not, finish finds entries missing.
func (r *recovery) replay(seqs []uint64) error {
	first := len(seqs) - 1
	for first > 0 && seqs[first-1] == seqs[first]-1 {
		first--
	}
	for i := max(first, 0); i < len(seqs); i++ {
		s := &segment{seq: seqs[i], path: r.log.dir.join(segmentName(seqs[i]))}
		if err := r.read(s, i == len(seqs)-1); err != nil {
			return errors.Join(err, s.close())
		}
	}
	return nil
}

// read replays segment s and keeps it, unless it is the last and was never
// begun: then a crash came between its creation and the sync of its header.
func (r *recovery) read(s *segment, last bool) error {
	f, err := r.log.dir.fs.Open(s.path)
	if err != nil {
		return fmt.Errorf("filelog: open segment: %w", err)
	}
	s.reader = f
	s.cached = buffers.Get().(*buffer)
	if err := s.cached.readAll(f); err != nil {
		return fmt.Errorf("filelog: read segment: %w", err)
	}
	h, seed, ok := decodeHeader(s.cached.data, s.seq)
	if !ok && last && len(s.cached.data) <= headerBytes && (s.seq == 1 || len(r.log.segs) > 0) {
		r.blank = s
		return s.close()
	}
	if !ok {
		return corrupt(s.path, 0, errors.New("segment header does not verify"))
	}
	if err := r.follow(s, h); err != nil {
		return err
	}
	if err := r.frames(s, seed); err != nil {
		return err
	}
	r.nextSeq, r.seed = s.seq+1, seed
	r.log.segs = append(r.log.segs, s)
	if err := s.reader.Close(); err != nil {
		return err
	}
	s.reader = nil
	if last {
		r.last = s
		return nil
	}
	r.keep(s)
	return nil
}

// follow checks that h continues the segment before it, or starts from h.
func (r *recovery) follow(s *segment, h header) error {
	v := &r.log.view
	if len(r.log.segs) == 0 {
		v.extent, v.head = h.base, h.base.last
		return nil
	}
	if h.prevEnd != r.end || h.prevSum != r.sum {
		before := r.log.segs[len(r.log.segs)-1]
		return corrupt(before.path, int64(r.end), fmt.Errorf("segment ends with sum %08x, want %08x at %d", r.sum, h.prevSum, h.prevEnd))
	}
	if h.base != v.extent {
		return corrupt(s.path, 0, fmt.Errorf("log before segment is %+v, want %+v", v.extent, h.base))
	}
	return nil
}

// frames replays the frames of s, the checksum of whose header is seed.
func (r *recovery) frames(s *segment, seed uint32) error {
	sc := newScanner(s.cached.data, seed)
	for f, ok := sc.next(); ok; f, ok = sc.next() {
		if err := r.log.view.replay(&f, s.seq); err != nil {
			return corrupt(s.path, int64(f.off), err)
		}
		r.hardSeq = max(r.hardSeq, f.hardSeq)
	}
	r.end, r.sum = uint64(sc.off), sc.sum
	if off, ok := sc.syncedPast(); ok {
		return corrupt(s.path, int64(sc.off), fmt.Errorf("frame does not verify, but the frame at %d was written after its sync", off))
	}
	if end, ok := sealedEnd(s.cached.data, seed); ok && end != r.end {
		return corrupt(s.path, int64(sc.off), fmt.Errorf("frame does not verify, but the segment was synced up to %d before it got its name", end))
	}
	return nil
}

// renew makes the last segment durable. A process that was killed may have left it in the
// page cache only, and one whose fsync failed may have left it there as if it were durable:
// so it is written to a new file, which is synced before it takes the name. A seal says so: what is
// damaged there no crash has torn.
func (r *recovery) renew() error {
	if r.last == nil {
		return nil
	}
	b := r.last.cached
	b.data = appendSeal(b.data[:r.end], r.seed)
	if err := r.log.dir.replace(segmentName(r.last.seq), b.data); err != nil {
		return fmt.Errorf("filelog: renew segment: %w", err)
	}
	r.keep(r.last)
	return nil
}

// keep keeps the bytes of small segments.
func (r *recovery) keep(s *segment) {
	r.cached += cap(s.cached.data)
	if r.cached > cacheBytesMax {
		r.cached -= cap(s.cached.data)
		s.cached.free()
		s.cached = nil
	}
}

// finish checks that nothing is missing, makes the rest durable, removes the segments that
// an interrupted purge left, and hands over to the log.
func (r *recovery) finish(seqs []uint64) error {
	l := r.log
	if v := &l.view; v.head != v.boundary.Index {
		return corrupt(l.dir.path, 0, fmt.Errorf("segments with entries %d..%d are missing", v.boundary.Index+1, v.head))
	}
	if err := r.renew(); err != nil {
		return err
	}
	if r.blank != nil {
		l.remove(r.blank) // its name may be where no fsync reaches it
	}
	l.appended = l.view.extent
	l.nextSeq, l.sealedEnd, l.sealedSum = r.nextSeq, r.end, r.sum
	if len(l.segs) == 0 {
		return nil
	}
	for _, seq := range seqs {
		if seq < l.segs[0].seq {
			l.remove(&segment{seq: seq, path: l.dir.join(segmentName(seq))})
		}
	}
	l.drop(l.view.oldest(r.nextSeq - 1))
	return nil
}
