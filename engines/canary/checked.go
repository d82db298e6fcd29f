package canary

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	iofs "io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// checkedFactory returns an engine that keeps all that it holds in one file, each record with a
// checksum, and writes it anew with each change: as a new file, or in place to the older of
// two.
func checkedFactory(p damagePlant, manner checkedManner) engines.Factory {
	name := "checked"
	for is, word := range map[bool]string{manner.inPlace: "-in-place", manner.rereads: "-rereading", manner.copies: "-copying"} {
		if is {
			name += word
		}
	}
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		s := &checked{plant: p, checkedManner: manner, fs: env.FS, dir: env.Dir, pairs: map[string][]byte{}}
		if err := s.recover(); err != nil {
			return nil, err
		}
		s.opened = true
		return keyed.Open(s, keyed.Config{
			Name: name, Boundary: []byte(boundaryKey), HardState: []byte(hardStateKey),
			Claims: engines.Claims{
				WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true, HardStateDurable: true,
				OrderedHardState: true, CorruptionDetected: true,
			},
		})
	}}
}

func (s *checked) path(number uint64) string {
	if !s.inPlace {
		number = 0
	}
	return filepath.Join(s.dir, fmt.Sprintf("state-%d", number%2))
}

// recover reads the newest state, and makes it durable: a process that was killed may have
// left it in the page cache only.
func (s *checked) recover() error {
	if err := newfile.MakeDir(s.fs, s.dir); err != nil {
		return err
	}
	var damage error // of the newest
	for parity := range uint64(2) {
		if parity == 1 && !s.inPlace {
			break
		}
		data, err := afero.ReadFile(s.fs, s.path(parity))
		if errors.Is(err, iofs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if number, pairs, err := s.parse(data); number >= s.number {
			s.number, s.pairs, damage = number, pairs, err
		}
	}
	if damage != nil {
		return fmt.Errorf("%w: %s: %w", engines.ErrCorrupt, s.path(s.number), damage)
	}
	if err := s.replace(); err != nil || !s.inPlace {
		return err
	}
	return s.replace() // the other file too: a crash in the next write must leave this one
}

// replace writes the state to a new file.
func (s *checked) replace() error {
	s.number++
	f, err := newfile.Replace(s.fs, s.path(s.number), func(w io.Writer) error {
		_, err := w.Write(s.encode())
		return err
	})
	if err != nil {
		return err
	}
	return f.Close()
}

// overwrite writes the state over the older one. Its header, which makes it the newer, comes once the
// rest is durable: no crash leaves a header in front of what stood there before.
func (s *checked) overwrite() (err error) {
	s.number++
	f, err := s.fs.OpenFile(s.path(s.number), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	state := s.encode()
	err = writeSynced(f, state[checkedSector:], checkedSector)
	if err == nil {
		err = writeSynced(f, state[:checkedSector], 0)
	}
	return errors.Join(err, f.Close())
}

func writeSynced(f afero.File, data []byte, at int64) error {
	if _, err := f.WriteAt(data, at); err != nil {
		return err
	}
	return f.Sync()
}

// reload reads the file again.
func (s *checked) reload() (map[string][]byte, error) {
	data, err := afero.ReadFile(s.fs, s.path(s.number))
	if err != nil {
		return nil, err
	}
	_, pairs, err := s.parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", engines.ErrCorrupt, s.path(s.number), err)
	}
	return pairs, nil
}

// Commit writes all that there is, and the batch.
func (s *checked) Commit(b keyed.Batch, _ bool) error {
	if s.copies {
		pairs, err := s.reload()
		if err != nil {
			return err
		}
		shown := s.pairs
		defer func() { s.pairs = shown; s.apply(b) }() // readers go on with what is in memory
		s.pairs = pairs
	}
	s.apply(b)
	write := s.replace
	if s.inPlace {
		write = s.overwrite
	}
	if err := write(); err != nil {
		return fmt.Errorf("%w: %w", keyed.ErrStopped, err)
	}
	return nil
}

func (s *checked) apply(b keyed.Batch) {
	if b.Empties || b.DiscardLast != 0 {
		maps.DeleteFunc(s.pairs, func(key string, _ []byte) bool {
			i := indexOfKey(key)
			return i > 0 && (b.Empties || b.DiscardFirst <= i && i <= b.DiscardLast)
		})
	}
	for _, e := range b.Put {
		s.pairs[string(binary.BigEndian.AppendUint64(nil, e.Index))] = keyed.AppendValue(nil, e)
	}
	switch {
	case b.Value != nil:
		s.pairs[string(b.Key)] = b.Value
	case b.Key != nil:
		delete(s.pairs, string(b.Key))
	}
}

// Read shows what is in memory, or in the file.
func (s *checked) Read(do func(keyed.Reader) error) error {
	if s.rereads {
		pairs, err := s.reload()
		if err != nil {
			return err
		}
		shown := *s // others read too
		shown.pairs = pairs
		return do(&shown)
	}
	return do(s)
}

// Get returns what is under a key.
func (s *checked) Get(key []byte) ([]byte, error) { return s.pairs[string(key)], nil }

// Ends returns the keys of the first and the last entry.
func (s *checked) Ends() (first, last []byte, err error) {
	for _, key := range slices.Sorted(maps.Keys(s.pairs)) {
		if indexOfKey(key) == 0 {
			continue
		}
		if first == nil {
			first = []byte(key)
		}
		last = []byte(key)
	}
	return first, last, nil
}

// Scan shows the entries in order.
func (s *checked) Scan(first, last uint64, visit func(key, value []byte) (more bool, err error)) error {
	for _, key := range slices.Sorted(maps.Keys(s.pairs)) {
		if i := indexOfKey(key); i < max(first, 1) || i > last {
			continue
		}
		if more, err := visit([]byte(key), s.pairs[key]); err != nil || !more {
			return err
		}
	}
	return nil
}

// Sync has nothing to do: each commit is durable.
func (s *checked) Sync() error { return nil }

// Close has nothing to do: no file is kept open.
func (s *checked) Close() error { return nil }
