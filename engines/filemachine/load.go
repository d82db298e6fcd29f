package filemachine

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// content is what a file holds.
type content struct {
	memory *machine.Memory
	state  machine.State
	number uint64
	// durable: all of it is known to be.
	durable bool
}

// load returns what the file at path holds. The error wraps fs.ErrNotExist if there is
// none, and [engines.ErrCorrupt] if it holds what no crash can have left.
func load(fs afero.Fs, path string) (content, error) {
	data, err := read(fs, path)
	if err != nil {
		return content{}, err
	}
	c, err := decode(data)
	if err != nil {
		return content{}, fmt.Errorf("%w: %s: bad machine file: %w", engines.ErrCorrupt, path, err)
	}
	return c, nil
}

// read returns the bytes of a file in few calls.
func read(fs afero.Fs, path string) ([]byte, error) {
	f, err := fs.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	data := make([]byte, info.Size())
	n, err := f.ReadAt(data, 0)
	if n == len(data) || errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], errors.Join(err, f.Close())
}

// decode returns what the bytes of a file come to. They are kept.
func decode(data []byte) (content, error) {
	c := content{memory: machine.NewMemory()}
	number, seed, err := parseHead(data)
	if err != nil {
		return c, err
	}
	c.number = number
	at := int64(headBytes)
	for at < int64(len(data)) {
		b, ok := recordAt(data, seed, at)
		if !ok {
			break
		}
		r, err := parse(b, at)
		if err == nil {
			err = c.replay(r)
		}
		if err != nil {
			return c, fmt.Errorf("at %d: %w", at, err)
		}
		at += int64(len(b))
	}
	switch {
	case at == headBytes:
		return c, errors.New("its first record does not verify")
	case at < int64(len(data)):
		c.durable = false
	}
	return c, missed(data, seed, at)
}

// replay makes the change of the next record.
func (c *content) replay(r record) error {
	if isFirst := r.at == headBytes; r.kind < kindBase || r.kind > kindMark || isFirst != (r.kind == kindBase) {
		return fmt.Errorf("got a record of kind %d, want one of kind %d first, and no more of it", r.kind, kindBase)
	}
	c.memory.Apply(r.change)
	c.state = r.change.State
	c.durable = r.kind == kindMark && r.synced == r.at
	return nil
}

// missed returns an error if an intact record behind a place, where there is none, says
// that there was one and that it was synced.
func missed(data []byte, seed uint32, at int64) error {
	for next := at + alignBytes; next < int64(len(data)); next += alignBytes {
		if b, ok := recordAt(data, seed, next); ok && syncedAt(b) > at {
			return fmt.Errorf("the record at %d does not verify, but the one at %d was written after its fsync", at, next)
		}
	}
	return nil
}
