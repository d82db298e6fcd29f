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

// decodeSlot returns the slot at position at (0 or 1), if data holds one that belongs there.
func decodeSlot(data []byte, at uint64) (s slot, ok bool) {
	s, ok = slotAt(data, at)
	return s, ok && (s.seq == 0 || s.seq%2 == at)
}

// slotAt returns the slot at a position, if data holds one there.
func slotAt(data []byte, at uint64) (s slot, ok bool) {
	off := int(at) * slotStride
	if len(data) < off+slotBytes {
		return slot{}, false
	}
	b := data[off : off+slotBytes]
	if le.Uint64(b) != hardMagic || crc32.Checksum(b[:36], castagnoli) != le.Uint32(b[36:]) {
		return slot{}, false
	}
	return slot{seq: le.Uint64(b[8:]), state: engines.HardState{Term: le.Uint64(b[16:]), Vote: le.Uint64(b[24:])}}, true
}

// misplaced returns the position of a slot that holds, whole, what belongs to the other. No crash
// leaves that, but a disk that writes to the wrong place.
func misplaced(data []byte) (at uint64, ok bool) {
	for at = range 2 {
		if s, whole := slotAt(data, at); whole && s.seq > 0 && s.seq%2 != at {
			return at, true
		}
	}
	return 0, false
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

	// shown is what a load shows; a load does not wait for a save.
	shown  atomic.Pointer[slot]
	closed atomic.Bool

	mu      sync.Mutex
	file    afero.File
	slot    slot
	created bool
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
	h.publish()
	return nil
}

// LoadHardState returns the newest hard state, if one was saved.
func (h *hardStore) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	if err := ctx.Err(); err != nil {
		return engines.HardState{}, false, err
	}
	if h.closed.Load() {
		return engines.HardState{}, false, fmt.Errorf("filelog: hard state: %w", engines.ErrClosed)
	}
	shown := h.shown.Load()
	if shown == nil {
		return engines.HardState{}, false, nil
	}
	return shown.state, shown.seq > 0, nil
}

// publish shows the newest durable save.
func (h *hardStore) publish() {
	newest := h.slot
	h.shown.Store(&newest)
	h.durableSeq.Store(newest.seq)
}

// Flush has nothing to do: every save is durable on return.
func (h *hardStore) Flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed.Load() {
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
	if h.closed.Load() {
		return fmt.Errorf("filelog: hard state: %w", engines.ErrClosed)
	}
	if err := h.fail.err(); err != nil || h.created {
		return err
	}
	return h.renew(nil)
}

// renew makes the file durable with what was read of it.
func (h *hardStore) renew(read []byte) error {
	content := make([]byte, 2*slotStride)
	copy(content, slot{}.encode(nil))
	copy(content[slotStride:], slot{}.encode(nil))
	copy(content, read)
	err := h.dir.replace(hardName, content)
	if err == nil {
		h.file, err = h.dir.fs.OpenFile(h.dir.join(hardName), os.O_RDWR, 0)
	}
	if err != nil {
		return h.fail.set(fmt.Errorf("filelog: create hard state: %w", err))
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
	read, err := h.load(path)
	if err != nil {
		return fmt.Errorf("filelog: load hard state: %w", err)
	}
	if at, ok := misplaced(read); ok {
		return corrupt(path, int64(at)*slotStride, errors.New("the slot holds what was saved to the other"))
	}
	var valid bool
	h.slot, valid = newestSlot(read)
	if segments && !valid {
		return corrupt(path, 0, errors.New("neither slot verifies"))
	}
	if h.slot.seq < wantSeq {
		return corrupt(path, int64(wantSeq%2)*slotStride, fmt.Errorf("save number %d, want at least %d", h.slot.seq, wantSeq))
	}
	h.publish()
	if !valid {
		read = nil // a crash came before the file was whole
	}
	// A killed process may have left the save in the page cache only, and one whose fsync
	// failed where no fsync reaches it: there a crash may show it though nobody reads it now.
	return h.renew(read)
}

// load returns what the file holds, as far as its slots go.
func (h *hardStore) load(path string) ([]byte, error) {
	f, err := h.dir.fs.Open(path)
	if err != nil {
		return nil, err
	}
	read := make([]byte, slotStride+slotBytes)
	n, err := f.ReadAt(read, 0)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return read[:n], errors.Join(err, f.Close())
}

// close refuses further calls and releases the file.
func (h *hardStore) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed.Store(true)
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}
