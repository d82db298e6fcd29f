package filelog

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

const (
	// runBytesMax bounds one read, and the memory that one entry of it holds on
	// to.
	runBytesMax = 1 << 20
	// gapBytesMax is how many needless bytes are read rather than skipped.
	gapBytesMax = 4096
)

// Entry returns the entry at index, if the log holds it.
func (l *logStore) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	entries, err := l.GetEntries(ctx, index, index)
	if err != nil || len(entries) == 0 {
		return engines.Entry{}, false, err
	}
	return entries[0], true, nil
}

// GetEntries returns the entries first..last as far as the log holds them. Their
// payloads may share memory that nobody else uses. The error wraps
// [engines.ErrCorrupt] if a payload is not the one that was written.
func (l *logStore) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.viewMu.RLock()
	defer l.viewMu.RUnlock()
	if l.closed {
		return nil, fmt.Errorf("filelog: read: %w", engines.ErrClosed)
	}
	first, last = max(first, l.view.head+1), min(last, l.view.last)
	if first > last || first == 0 {
		return nil, nil
	}
	places := l.view.at[first-l.view.head-1 : last-l.view.head]
	out := make([]engines.Entry, 0, len(places))
	for len(places) > 0 {
		n := runOf(places)
		var err error
		if out, err = l.readRun(out, first, places[:n]); err != nil {
			return nil, err
		}
		places = places[n:]
		first += uint64(n)
	}
	return out, nil
}

// runOf returns how many of places one read should take.
func runOf(places []place) int {
	end := places[0].end()
	for i := 1; i < len(places); i++ {
		p := places[i]
		if p.seq != places[0].seq || p.off-end > gapBytesMax || p.end()-places[0].off > runBytesMax {
			return i
		}
		end = p.end()
	}
	return len(places)
}

// end returns the offset behind the record at p.
func (p place) end() uint32 { return p.off + recordBytes + p.size }

// readRun appends the entries at places, the first of which has index first, to
// out. All lie in one segment, in order; their payloads share one allocation.
func (l *logStore) readRun(out []engines.Entry, first uint64, places []place) ([]engines.Entry, error) {
	s := l.segs[places[0].seq-l.segs[0].seq]
	lo, hi := places[0].off, places[len(places)-1].end()
	var slab []byte
	if s.cached != nil {
		// Open verified these bytes.
		slab = append(slab, s.cached.data[lo:hi]...)
	} else {
		slab = make([]byte, hi-lo)
		if err := s.read(l.dir.fs, slab, int64(lo)); err != nil {
			return nil, err
		}
		if err := verify(slab, s.path, first, places); err != nil {
			return nil, err
		}
	}
	for i, p := range places {
		e := engines.Entry{Index: first + uint64(i), Term: p.term}
		if p.size > 0 {
			end := p.end() - lo
			e.Payload = slab[end-p.size : end : end]
		}
		out = append(out, e)
	}
	return out, nil
}

// verify checks that slab, which begins at the first of places, holds there what
// was written.
func verify(slab []byte, path string, first uint64, places []place) error {
	for i, p := range places {
		record := slab[p.off-places[0].off:]
		term, size, sum := le.Uint64(record), le.Uint32(record[8:]), le.Uint32(record[12:])
		index := first + uint64(i)
		if term != p.term || size != p.size {
			return corrupt(path, int64(p.off), fmt.Errorf("entry %d has term %d and %d bytes, want %d and %d", index, term, size, p.term, p.size))
		}
		if got := payloadSum(index, record[recordBytes:recordBytes+size]); got != sum {
			return corrupt(path, int64(p.off), fmt.Errorf("entry %d has sum %08x, want %08x", index, got, sum))
		}
	}
	return nil
}

// LastIndex returns the index of the newest entry, or the boundary's, or 0.
func (l *logStore) LastIndex() uint64 {
	l.viewMu.RLock()
	defer l.viewMu.RUnlock()
	return l.view.last
}

// LoadPurgeBoundary returns the boundary, if there is one.
func (l *logStore) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	if err := ctx.Err(); err != nil {
		return engines.LogID{}, false, err
	}
	l.viewMu.RLock()
	defer l.viewMu.RUnlock()
	if l.closed {
		return engines.LogID{}, false, fmt.Errorf("filelog: read: %w", engines.ErrClosed)
	}
	return l.view.boundary, l.view.purged, nil
}
