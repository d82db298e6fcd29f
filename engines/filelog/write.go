package filelog

import (
	"context"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// PersistEntries appends entries, discarding what the log held at and after the
// first, in one atomic step.
func (l *logStore) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if err := engines.CheckBatch(entries); err != nil {
		return fmt.Errorf("filelog: %w", err)
	}
	id := engines.LogID{Index: ^uint64(0)} // past every log: to discard from there changes nothing
	if len(entries) > 0 {
		id = entries[0].ID()
	}
	return l.change(ctx, &change{kind: kindWrite, id: id, entries: entries})
}

// ReplaceRange discards the entries at and after from and appends entries, in
// one atomic step.
func (l *logStore) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if len(entries) == 0 {
		return l.Truncate(ctx, from)
	}
	if err := engines.CheckBatch(entries); err != nil {
		return fmt.Errorf("filelog: %w", err)
	}
	if entries[0].Index != from {
		return fmt.Errorf("filelog: replacing from %d with entries from %d: %w", from, entries[0].Index, engines.ErrInvalid)
	}
	return l.change(ctx, &change{kind: kindWrite, id: entries[0].ID(), entries: entries})
}

// Truncate discards the entries at and after from.
func (l *logStore) Truncate(ctx context.Context, from uint64) error {
	return l.change(ctx, &change{kind: kindWrite, id: engines.LogID{Index: max(from, 1)}})
}

// Purge discards the entries up to cutoff and remembers it as the boundary.
// Segments that hold nothing else are removed once that is durable; one that
// cannot be removed is tried again by the next open.
func (l *logStore) Purge(ctx context.Context, cutoff engines.LogID) error {
	return l.change(ctx, &change{kind: kindPurge, id: cutoff})
}

// Reset empties the log and forgets the boundary.
func (l *logStore) Reset(ctx context.Context) error {
	return l.change(ctx, &change{kind: kindReset})
}

// Flush makes all changes that returned before it durable.
func (l *logStore) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usable(); err != nil {
		return err
	}
	return l.commit(l.written)
}

// change carries out o: it is written, and unless the log is buffered, durable
// on return. The context is looked at before only, for what is written cannot be
// taken back.
func (l *logStore) change(ctx context.Context, o *change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	size := frameBytes(o)
	if size > frameBytesMax {
		return fmt.Errorf("filelog: batch of %d bytes, want at most %d: %w", size, frameBytesMax, engines.ErrInvalid)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if err := l.usable(); err != nil {
			return err
		}
		changes, err := l.appended.admit(o)
		if err != nil {
			return err
		}
		if !changes {
			// What made o needless may not be durable yet.
			return l.acknowledge(l.written)
		}
		if l.fits(size) {
			break
		}
		// The lock may be given up here, so all is checked again.
		if err := l.roll(); err != nil {
			return err
		}
	}
	if err := l.write(o); err != nil {
		return err
	}
	return l.acknowledge(l.written)
}

// acknowledge makes what was written up to ticket what the mode promises.
func (l *logStore) acknowledge(ticket uint64) error {
	if l.buffered {
		l.publish(ticket)
		return nil
	}
	return l.commit(ticket)
}

// fits reports whether a frame of size bytes goes into the tail.
func (l *logStore) fits(size int64) bool {
	return l.tail != nil && (l.tail.off == headerBytes || l.tail.off+size <= l.limitBytes)
}

// scratchBytesMax bounds the memory kept for encoding.
const scratchBytesMax = 1 << 20

// write appends o to the tail in one write.
func (l *logStore) write(o *change) error {
	t := l.tail
	t.hardSeq = l.hard.durableSeq.Load()
	buf, sum := encodeFrame(slices.Grow(l.scratch[:0], int(frameBytes(o))), o, t.chain)
	if err := writeAt(t.file, buf, t.off); err != nil {
		return l.fail.set(err)
	}
	if cap(buf) <= scratchBytesMax {
		l.scratch = buf
	}
	l.written++
	o.ticket = l.written
	o.places = placesOf(o, t.seq, t.off)
	l.appended.advance(o)
	o.entries = nil
	t.off += int64(len(buf))
	t.prev = sum
	l.pending = append(l.pending, *o)
	return nil
}

// placesOf returns where the entries of o lie, whose frame is at off.
func placesOf(o *change, seq uint64, off int64) []place {
	if len(o.entries) == 0 {
		return nil
	}
	places := make([]place, len(o.entries))
	off += frameHeaderBytes
	for i := range o.entries {
		e := &o.entries[i]
		places[i] = place{term: e.Term, seq: seq, off: uint32(off), size: uint32(len(e.Payload))}
		off += recordBytes + int64(len(e.Payload))
	}
	return places
}
