package filelog

import (
	"errors"
	"fmt"
	"os"
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
	mode := os.O_RDONLY
	if last {
		mode = os.O_RDWR
	}
	f, err := r.log.dir.fs.OpenFile(s.path, mode, 0)
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
	r.nextSeq = s.seq + 1
	r.log.segs = append(r.log.segs, s)
	return r.syncLast(s, last)
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
	return nil
}

// syncLast makes the last segment durable, for a process that was killed may have
// left it in the page cache only, and keeps the bytes of small ones. It is written again
// before: after an fsync that failed, another forces only what was written since.
func (r *recovery) syncLast(s *segment, last bool) error {
	if last {
		err := writeAt(s.reader, s.cached.data[:r.end], 0)
		if err == nil {
			err = s.reader.Sync()
		}
		if err != nil {
			return fmt.Errorf("filelog: sync segment: %w", err)
		}
	}
	if last && r.end == headerBytes {
		// Its name may not be durable, and a successor must not outlive it.
		if err := r.log.dir.sync(); err != nil {
			return fmt.Errorf("filelog: sync directory: %w", err)
		}
	}
	r.cached += cap(s.cached.data)
	if r.cached > cacheBytesMax {
		r.cached -= cap(s.cached.data)
		s.cached.free()
		s.cached = nil
	}
	err := s.reader.Close()
	s.reader = nil
	return err
}

// finish checks that nothing is missing, removes the segments that an
// interrupted purge left, and hands over to the log.
func (r *recovery) finish(seqs []uint64) error {
	l := r.log
	if v := &l.view; v.head != v.boundary.Index {
		return corrupt(l.dir.path, 0, fmt.Errorf("segments with entries %d..%d are missing", v.boundary.Index+1, v.head))
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
