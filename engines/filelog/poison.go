package filelog

import (
	"fmt"
	"io"
	"sync/atomic"
)

// poison remembers the first write or sync that failed. From then on nobody
// knows what the disk holds, and a sync that succeeds would prove nothing: the
// kernel may have dropped the pages that it failed to write.
type poison struct{ first atomic.Pointer[error] }

// set poisons the engine for err, unless it is poisoned, and returns why it is.
func (p *poison) set(err error) error {
	p.first.CompareAndSwap(nil, &err)
	return p.err()
}

// err returns an error that wraps the first failure, or nil.
func (p *poison) err() error {
	if first := p.first.Load(); first != nil {
		return fmt.Errorf("filelog: engine stopped after a failed write: %w", *first)
	}
	return nil
}

// writeAt writes all of b or fails.
func writeAt(f io.WriterAt, b []byte, off int64) error {
	n, err := f.WriteAt(b, off)
	if err == nil && n != len(b) {
		err = fmt.Errorf("wrote %d of %d bytes at %d: %w", n, len(b), off, io.ErrShortWrite)
	}
	return err
}
