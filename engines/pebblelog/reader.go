package pebblelog

import (
	"bytes"
	"errors"
	"math"

	"github.com/cockroachdb/pebble/v2"
)

// reader reads the newest version.
type reader struct{ db *pebble.DB }

func (r reader) Get(key []byte) ([]byte, error) {
	found, closer, err := r.db.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	value := append([]byte{}, found...) // not nil, as there is one
	return value, closer.Close()
}

func (r reader) Ends() (first, last []byte, err error) {
	err = r.iterate(0, math.MaxUint64, func(entries *pebble.Iterator) error {
		if entries.First() {
			first = bytes.Clone(entries.Key()[1:])
		}
		if err := entries.Error(); err != nil {
			return err // Last forgets it, and the log would seem to be empty
		}
		if entries.Last() {
			last = bytes.Clone(entries.Key()[1:])
		}
		return entries.Error()
	})
	return first, last, err
}

func (r reader) Scan(first, last uint64, visit func(key, value []byte) (more bool, err error)) error {
	return r.iterate(first, last, func(entries *pebble.Iterator) error {
		for entries.First(); entries.Valid(); entries.Next() {
			value, err := entries.ValueAndErr()
			if err != nil {
				return err
			}
			if more, err := visit(entries.Key()[1:], value); err != nil || !more {
				return err
			}
		}
		return entries.Error()
	})
}

// iterate lets do use an iterator over the entries from first to last.
func (r reader) iterate(first, last uint64, do func(*pebble.Iterator) error) error {
	entries, err := r.db.NewIter(&pebble.IterOptions{LowerBound: entryKey(first), UpperBound: keyAfter(last)})
	if err != nil {
		return err
	}
	return errors.Join(do(entries), entries.Close())
}
