package filelog

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

const (
	hardName  = "hardstate"
	hardMagic = 0x3164726168676f6c // "loghard1"
	slotBytes = 40
	// slotStride keeps the slots in different blocks: a torn write harms one.
	slotStride = 4096
)

// slot is one saved hard state. Number 0 stands for none.
type slot struct {
	seq   uint64
	state engines.HardState
}

// encode appends s to dst.
func (s slot) encode(dst []byte) []byte {
	start := len(dst)
	dst = le.AppendUint64(dst, hardMagic)
	dst = le.AppendUint64(dst, s.seq)
	dst = le.AppendUint64(dst, s.state.Term)
	dst = le.AppendUint64(dst, s.state.Vote)
	dst = le.AppendUint32(dst, 0)
	return le.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// decodeSlot returns the slot at position at (0 or 1), if data holds one there.
func decodeSlot(data []byte, at uint64) (s slot, ok bool) {
	off := int(at) * slotStride
	if len(data) < off+slotBytes {
		return slot{}, false
	}
	b := data[off : off+slotBytes]
	if le.Uint64(b) != hardMagic || crc32.Checksum(b[:36], castagnoli) != le.Uint32(b[36:]) {
		return slot{}, false
	}
	s = slot{seq: le.Uint64(b[8:]), state: engines.HardState{Term: le.Uint64(b[16:]), Vote: le.Uint64(b[24:])}}
	return s, s.seq == 0 || s.seq%2 == at
}

// newestSlot returns the newest slot that verifies; ok is false if none does.
func newestSlot(data []byte) (newest slot, ok bool) {
	newest, ok = decodeSlot(data, 0)
	if other, has := decodeSlot(data, 1); has && (!ok || other.seq > newest.seq) {
		return other, true
	}
	return newest, ok
}

// hardStore is the hard state of an Engine. Both slots are written and synced
// before the first save, so that a save never moves the end of the file, and a
// crash can harm only the slot that was being written.
type hardStore struct {
	dir  directory
	fail *poison
	// durableSeq is the number of the newest durable save.
	durableSeq atomic.Uint64

	mu      sync.Mutex
	file    afero.File
	slot    slot
	created bool
	closed  bool
}

// SaveHardState replaces the hard state; it is durable on return.
func (h *hardStore) SaveHardState(ctx context.Context, state engines.HardState) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.ready(); err != nil {
		return err
	}
	next := slot{seq: h.slot.seq + 1, state: state}
	if err := writeAt(h.file, next.encode(nil), int64(next.seq%2)*slotStride); err != nil {
		return h.fail.set(err)
	}
	if err := h.file.Sync(); err != nil {
		return h.fail.set(err)
	}
	h.slot = next
	h.durableSeq.Store(next.seq)
	return nil
}

// LoadHardState returns the newest hard state, if one was saved.
func (h *hardStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	if err := ctx.Err(); err != nil {
		return engines.HardState{}, false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return engines.HardState{}, false, fmt.Errorf("filelog: hard state: %w", engines.ErrClosed)
	}
	return h.slot.state, h.slot.seq > 0, nil
}

// Flush has nothing to do: every save is durable on return.
func (h *hardStore) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return fmt.Errorf("filelog: hard state: %w", engines.ErrClosed)
	}
	return h.fail.err()
}

// create makes the file durable before the first segment is begun, so that a log
// without a hard state file has lost it.
func (h *hardStore) create() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ready()
}

// ready returns why h takes no save, having created the file if need be.
func (h *hardStore) ready() error {
	if h.closed {
		return fmt.Errorf("filelog: hard state: %w", engines.ErrClosed)
	}
	if err := h.fail.err(); err != nil || h.created {
		return err
	}
	if h.file == nil {
		f, err := h.dir.fs.OpenFile(h.dir.join(hardName), os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return fmt.Errorf("filelog: create hard state: %w", err)
		}
		h.file = f
	}
	blank := make([]byte, 2*slotStride)
	copy(blank, slot{}.encode(nil))
	copy(blank[slotStride:], slot{}.encode(nil))
	if err := writeAt(h.file, blank, 0); err != nil {
		return h.fail.set(err)
	}
	if err := h.dir.syncWith(h.file); err != nil {
		return h.fail.set(err)
	}
	h.created = true
	return nil
}

// recover loads the hard state. If a segment exists the file was created before
// it, and it must hold save number wantSeq at least, which a frame knew of.
func (h *hardStore) recover(exists, segments bool, wantSeq uint64) error {
	path := h.dir.join(hardName)
	if !exists {
		if segments {
			return corrupt(path, 0, errors.New("hard state file is missing"))
		}
		return nil
	}
	valid, err := h.load(path)
	if err != nil {
		return fmt.Errorf("filelog: load hard state: %w", err)
	}
	if segments && !valid {
		return corrupt(path, 0, errors.New("neither slot verifies"))
	}
	if h.slot.seq < wantSeq {
		return corrupt(path, int64(wantSeq%2)*slotStride, fmt.Errorf("save number %d, want at least %d", h.slot.seq, wantSeq))
	}
	// Without a segment or a save the file's creation may not be durable.
	h.created = segments || h.slot.seq > 0
	h.durableSeq.Store(h.slot.seq)
	return nil
}

// load reads the newest slot and makes it durable; valid is false if there is
// none.
func (h *hardStore) load(path string) (valid bool, err error) {
	if h.file, err = h.dir.fs.OpenFile(path, os.O_RDWR, 0o644); err != nil {
		return false, err
	}
	buf := buffers.Get().(*buffer)
	defer buf.free()
	n, err := h.file.ReadAt(buf.data[:slotStride+slotBytes], 0)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	h.slot, valid = newestSlot(buf.data[:n])
	if h.slot.seq == 0 {
		return valid, nil
	}
	// A killed process may have left the save in the page cache only, and one whose fsync
	// failed where no fsync reaches it.
	if err := writeAt(h.file, h.slot.encode(nil), int64(h.slot.seq%2)*slotStride); err != nil {
		return false, err
	}
	return valid, h.file.Sync()
}

// close refuses further calls and releases the file.
func (h *hardStore) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}
