package filelog

import (
	"errors"
	"fmt"
	"os"
	"slices"
)

// commit returns when all changes up to ticket are durable. Callers that meet
// here share syncs: one leads, and the others wait for it or lead the next.
func (l *logStore) commit(ticket uint64) error {
	for l.synced < ticket {
		if err := l.fail.err(); err != nil {
			return err
		}
		if l.syncing {
			l.cond.Wait()
		} else {
			l.sync()
		}
	}
	return nil
}

// sync makes what is written durable and publishes it. It gives up the lock
// meanwhile, so that others can write what the next sync will cover.
func (l *logStore) sync() {
	t, ticket, end := l.tail, l.written, l.tail.off
	l.syncing = true
	l.mu.Unlock()
	err := t.file.Sync()
	l.mu.Lock()
	l.syncing = false
	defer l.cond.Broadcast()
	if err != nil {
		_ = l.fail.set(err)
		return
	}
	l.synced, t.synced = ticket, end
	l.publish(ticket)
	l.collect()
}

// publish shows readers the changes up to ticket.
func (l *logStore) publish(ticket uint64) {
	n := 0
	for n < len(l.pending) && l.pending[n].ticket <= ticket {
		n++
	}
	if n == 0 {
		return
	}
	l.viewMu.Lock()
	for i := range n {
		l.view.apply(&l.pending[i])
	}
	oldest, first := l.view.oldest(l.tail.seq), l.segs[0].seq
	l.viewMu.Unlock()
	l.pending = slices.Delete(l.pending, 0, n)
	if oldest > first {
		l.needless = append(l.needless, needless{ticket: ticket, seq: oldest})
	}
}

// collect removes the segments that nothing durable needs. Changes only ever
// move the oldest needed segment forward, so a later change needs them neither.
func (l *logStore) collect() {
	n := 0
	for n < len(l.needless) && l.needless[n].ticket <= l.synced {
		n++
	}
	if n > 0 {
		l.drop(l.needless[n-1].seq)
		l.needless = slices.Delete(l.needless, 0, n)
	}
}

// drop removes the segments before seq. Readers that use one are waited for.
func (l *logStore) drop(seq uint64) {
	l.viewMu.Lock()
	n := 0
	for n < len(l.segs)-1 && l.segs[n].seq < seq {
		n++
	}
	gone := slices.Clone(l.segs[:n])
	l.segs = slices.Delete(l.segs, 0, n)
	l.viewMu.Unlock()
	for _, s := range gone {
		l.remove(s)
	}
}

// remove deletes s. Failing is harmless: the next open tries again.
func (l *logStore) remove(s *segment) {
	_ = s.close()
	_ = l.dir.fs.Remove(s.path)
}

// roll brings the log nearer to an empty tail: it waits for a sync under way, or
// syncs the tail, or begins a new segment. The first two give up the lock.
func (l *logStore) roll() error {
	if l.syncing {
		l.cond.Wait()
		return nil
	}
	if l.synced < l.written {
		// A successor must never outlive a frame of this segment.
		l.sync()
		return l.fail.err()
	}
	return l.begin()
}

// begin makes a new segment the tail, name and header durable before any frame
// of it is written. All that is written is synced.
func (l *logStore) begin() error {
	if err := l.hard.create(); err != nil {
		return err
	}
	h := header{seq: l.nextSeq, prevEnd: l.sealedEnd, prevSum: l.sealedSum, base: l.appended}
	if l.tail != nil {
		h.prevEnd, h.prevSum = uint64(l.tail.off), l.tail.prev
	}
	s := &segment{seq: h.seq, path: l.dir.join(segmentName(h.seq))}
	f, err := l.dir.fs.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("filelog: begin segment: %w", err)
	}
	buf, sum := h.encode(l.scratch[:0])
	l.scratch = buf
	if err := writeAt(f, buf, 0); err != nil {
		return errors.Join(l.fail.set(err), f.Close())
	}
	if err := l.dir.syncWith(f); err != nil {
		return errors.Join(l.fail.set(err), f.Close())
	}
	if l.tail != nil {
		_ = l.tail.file.Close()
	}
	l.tail = &tail{file: f, seq: h.seq, chain: chain{seed: sum, prev: sum, off: headerBytes, synced: headerBytes}}
	l.nextSeq++
	l.viewMu.Lock()
	l.segs = append(l.segs, s)
	l.viewMu.Unlock()
	return nil
}
