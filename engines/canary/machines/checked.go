package machines

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// checkedFactory returns the factory of machines that tell corruption from a torn write.
func checkedFactory(p plant) engines.MachineFactory {
	return engines.MachineFactory{Name: "checked-machine", Open: func(env engines.Env) (engines.StateMachine, error) {
		s := &checked{plant: p, fs: env.FS, dir: env.Dir, Memory: machine.NewMemory()}
		if err := s.recover(); err != nil {
			return nil, fmt.Errorf("checked machine: open: %w", err)
		}
		m := machine.Open(s, s.state, machine.Config{Name: "checked machine", FS: env.FS, Claims: engines.MachineClaims{
			ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, CloseReleases: true, CorruptionDetected: true,
		}})
		if p == verifiesOnce {
			return verified{m, env.FS}, nil
		}
		return m, nil
	}}
}

// checked is a store of records in one file, each of which is synced before the next one is
// written. So a record that is damaged in front of an intact one was harmed at rest, and a
// crash cannot have left it. As plain does, each opening begins a new file.
type checked struct {
	*machine.Memory
	plant plant
	fs    afero.Fs
	dir   string

	state  machine.State
	file   afero.File
	number uint64 // of the file, which its name says
	end    int64
}

// seedAt returns the seed of the sum of a record: where it stands, so that each verifies
// without the one before, and no bytes of another file do.
func seedAt(number uint64, at int64) uint32 {
	place := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, number), uint64(at))
	return crc32.Checksum(place, castagnoli)
}

func (s *checked) path(number uint64) string { return filepath.Join(s.dir, fileName(number)) }

// recover loads the newest file and writes it anew.
func (s *checked) recover() error {
	newest, old, err := filesIn(s.fs, s.dir)
	if err != nil {
		return err
	}
	if newest > 0 {
		if err := s.load(newest); err != nil {
			return err
		}
	}
	if err := s.begin(newest + 1); err != nil {
		return err
	}
	for _, name := range old {
		_ = s.fs.Remove(filepath.Join(s.dir, name)) // what stays has a lower number, and the next opening tries again
	}
	return nil
}

// load makes the changes in the file of the given number.
func (s *checked) load(number uint64) error {
	data, err := afero.ReadFile(s.fs, s.path(number))
	if err != nil {
		return err
	}
	for at := int64(0); at < int64(len(data)); {
		r := records{rest: data[at:], seed: seedAt(number, at)}
		c, ok := r.next()
		if !ok && anyIntact(data, number, at+1) {
			switch s.plant {
			case endsAtDamage:
				return nil // plant: machine-corruption-taken-for-torn-tail
			case trustsSynced:
				c, ok = r.unchecked() // plant: machine-synced-record-not-checked
			}
		} else if !ok && at > 0 {
			return nil // the last write, which a crash tore
		}
		if !ok {
			return fmt.Errorf("%w: %s has a damaged record at %d", engines.ErrCorrupt, fileName(number), at)
		}
		s.Apply(c)
		s.state = c.State
		at = int64(len(data) - len(r.rest))
	}
	return nil
}

// anyIntact reports whether an intact record begins at a place of a file, or behind it.
func anyIntact(data []byte, number uint64, from int64) bool {
	for at := from; at < int64(len(data)); at++ {
		r := records{rest: data[at:], seed: seedAt(number, at)}
		if _, ok := r.next(); ok {
			return true
		}
	}
	return false
}

// begin makes the file of the given number, with the whole state, and goes on in it.
func (s *checked) begin(number uint64) error {
	c, err := wholeOf(s.Memory, s.state)
	if err != nil {
		return err
	}
	record, _, err := encodeRecord(c, seedAt(number, 0))
	if err != nil {
		return err
	}
	s.number, s.end = number, int64(len(record))
	s.file, err = newfile.Replace(s.fs, s.path(number), func(w io.Writer) error {
		_, err := w.Write(record)
		return err
	})
	return err
}

// Write adds a record, durably.
func (s *checked) Write(c machine.Change) (show func() error, err error) {
	c = c.Clone()
	record, _, err := encodeRecord(c, seedAt(s.number, s.end))
	if err == nil {
		_, err = s.file.Write(record)
	}
	if err == nil {
		err = s.file.Sync() // before the next record, which says that this one was durable
	}
	s.end += int64(len(record))
	return func() error {
		s.Apply(c)
		s.state = c.State
		return nil
	}, err
}

// Sync has nothing to do: each record is durable.
func (s *checked) Sync() error { return nil }

// Close closes the file.
func (s *checked) Close() error { return s.file.Close() }
