package filelog

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

const (
	segmentSuffix = ".seg"
	segmentDigits = 16

	// readBytes is the first guess of a segment's size.
	readBytes = 128 << 10
	// cacheBytesMax bounds what an engine keeps of the bytes that Open read.
	cacheBytesMax = 1 << 20
)

// segmentName returns the name of the file of segment seq.
func segmentName(seq uint64) string {
	var buf [segmentDigits + len(segmentSuffix)]byte
	digits := strconv.AppendUint(buf[:0], seq, 16)
	name := append([]byte("0000000000000000")[:segmentDigits-len(digits)], digits...)
	return string(append(name, segmentSuffix...))
}

// segmentSeq parses the name of a segment's file; ok is false for other names.
func segmentSeq(name string) (seq uint64, ok bool) {
	if len(name) != segmentDigits+len(segmentSuffix) || name[segmentDigits:] != segmentSuffix {
		return 0, false
	}
	for _, c := range []byte(name[:segmentDigits]) {
		switch {
		case '0' <= c && c <= '9':
			seq = seq<<4 | uint64(c-'0')
		case 'a' <= c && c <= 'f':
			seq = seq<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return seq, seq > 0
}

// buffer holds a file's bytes.
type buffer struct{ data []byte }

// buffers keeps the memory of one open for the next.
var buffers = sync.Pool{New: func() any { return &buffer{data: make([]byte, 0, readBytes)} }}

// readAll fills b with the whole of f.
func (b *buffer) readAll(f afero.File) error {
	b.data = b.data[:0]
	for {
		n, err := f.ReadAt(b.data[len(b.data):cap(b.data)], int64(len(b.data)))
		b.data = b.data[:len(b.data)+n]
		if n == 0 && err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(b.data) < cap(b.data) {
			continue
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		grown := make([]byte, len(b.data), max(int(info.Size())+1, 2*cap(b.data)))
		copy(grown, b.data)
		b.data = grown
	}
}

// free gives b back to the pool, unless it is big.
func (b *buffer) free() {
	if b != nil && cap(b.data) <= cacheBytesMax {
		buffers.Put(b)
	}
}

// arena is the memory of a view's places.
type arena struct{ places []place }

// arenaPlacesMax bounds what is kept for the next engine.
const arenaPlacesMax = cacheBytesMax / recordBytes

var arenas = sync.Pool{New: func() any { return &arena{} }}

// free gives a back to the pool, with places instead of its own if they have
// more room. Nobody may use either any more.
func (a *arena) free(places []place) {
	if a == nil {
		return
	}
	if n := cap(places); n > cap(a.places) && n <= arenaPlacesMax {
		a.places = places[:0]
	}
	arenas.Put(a)
}

// segment is a file of frames that entries are read from.
type segment struct {
	seq  uint64
	path string
	// cached is all that a segment of a former engine holds; nil if it was too
	// much. Such a segment never changes.
	cached *buffer

	mu     sync.Mutex
	reader afero.File
}

// read fills b from off on. It does not share the writer's handle, for handles
// of some file systems keep one position for all.
func (s *segment) read(fs afero.Fs, b []byte, off int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == nil {
		f, err := fs.Open(s.path)
		if err != nil {
			return err
		}
		s.reader = f
	}
	n, err := s.reader.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return corrupt(s.path, off+int64(n), fmt.Errorf("file ends, want %d bytes more", len(b)-n))
	}
	return err
}

// close releases what s holds. No read may be under way or follow.
func (s *segment) close() error {
	s.cached.free()
	s.cached = nil
	if s.reader == nil {
		return nil
	}
	return s.reader.Close()
}

// corrupt reports damage at offset off of a file.
func corrupt(path string, off int64, what error) error {
	return fmt.Errorf("filelog: %s at offset %d: %w: %w", path, off, engines.ErrCorrupt, what)
}
