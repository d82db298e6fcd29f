package pebblemachine

import (
	"bytes"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// version is what a database held at one moment. Who has it closes it.
type version struct {
	*pebble.Snapshot
	db *pebblestore.DB
}

// newest returns the newest version.
func newest(db *pebblestore.DB) (*version, error) {
	v := &version{db: db}
	err := db.Read(func(db *pebble.DB) error {
		v.Snapshot = db.NewSnapshot()
		return nil
	})
	if err != nil {
		return nil, err // v may still be written to
	}
	return v, nil
}

// get returns the value of a stored key.
func (v *version) get(key []byte) (value []byte, ok bool, err error) {
	var found []byte
	err = v.db.Read(func(*pebble.DB) error {
		stored, closer, err := v.Get(key)
		if errors.Is(err, pebble.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		found = append([]byte{}, stored...) // not nil, as there is one
		return closer.Close()
	})
	if err != nil {
		return nil, false, err // found may still be written to
	}
	return found, found != nil, nil
}

// has reports whether there is a pair of key. It is called within a Read.
func (v *version) has(key []byte) (bool, error) {
	_, closer, err := v.Get(pairKey(key))
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, closer.Close()
}

// scan reads the pairs in parts. What visits them runs here, where it can be waited for,
// and not where Pebble may stop for good.
func (v *version) scan(prefix []byte, visit func(key, value []byte) error) error {
	const startBytes, enoughBytes = 4 << 10, 1 << 20
	next, end := pairKey(prefix), keyAfter(prefix)
	for sizeBytes := startBytes; next != nil; sizeBytes = min(2*sizeBytes, enoughBytes) {
		var pairs []engines.KeyValue
		var err error
		if pairs, next, err = v.part(next, end, sizeBytes); err != nil {
			return err
		}
		for _, pair := range pairs {
			if err := visit(pair.Key, pair.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// part returns the pairs of the stored keys from one on and before end until they have a
// size, and the key to go on at, nil if there are no more.
func (v *version) part(from, end []byte, sizeBytes int) (pairs []engines.KeyValue, next []byte, err error) {
	found := part{sizeBytes: sizeBytes}
	err = v.db.Read(func(*pebble.DB) error {
		i, err := v.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: end})
		if err != nil {
			return err
		}
		return errors.Join(found.read(i), i.Close())
	})
	if err != nil {
		return nil, nil, err // found may still be written to
	}
	return found.pairs, found.next, nil
}

// part is some pairs, in the order of keys.
type part struct {
	pairs     []engines.KeyValue
	sizeBytes int // that is left
	next      []byte
}

// read takes pairs from i until they are enough.
func (p *part) read(i *pebble.Iterator) error {
	for i.First(); i.Valid(); i.Next() {
		if p.sizeBytes <= 0 {
			p.next = bytes.Clone(i.Key())
			break
		}
		value, err := i.ValueAndErr()
		if err != nil {
			return err
		}
		p.sizeBytes -= len(i.Key()) + len(value)
		p.pairs = append(p.pairs, engines.KeyValue{Key: bytes.Clone(i.Key()[1:]), Value: append([]byte{}, value...)})
	}
	return i.Error()
}
