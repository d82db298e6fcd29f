package dengine

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
)

// The prefixes that stand for the two column families. The keys of the log are indexes,
// big-endian, so that entries sort by them.
const (
	logPrefix  = 'l'
	metaPrefix = 'm'
)

var hardStateKey = append([]byte{metaPrefix}, "hard_state"...)

func indexKey(index uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{logPrefix}, index)
}

// each calls visit with the entries of the log from first to last, in order, until it fails.
// The value is valid until visit returns.
func (r *rocks) each(first, last uint64, visit func(index uint64, value []byte) error) error {
	return r.iterate(func(keys *pebble.Iterator) error {
		for keys.SeekGE(indexKey(first)); keys.Valid(); keys.Next() {
			index, err := indexOf(keys.Key())
			if err != nil || index > last {
				return err
			}
			value, err := keys.ValueAndErr()
			if err != nil {
				return err
			}
			if err := visit(index, value); err != nil {
				return err
			}
		}
		return keys.Error()
	})
}

// lastKey returns the largest index of the log's keys, 0 if there is none.
func (r *rocks) lastKey() (last uint64, err error) {
	err = r.iterate(func(keys *pebble.Iterator) error {
		if !keys.Last() {
			return keys.Error()
		}
		last, err = indexOf(keys.Key())
		return err
	})
	return last, err
}

// iterate lets do use an iterator over the log's keys.
func (r *rocks) iterate(do func(*pebble.Iterator) error) error {
	return r.db.Read(func(db *pebble.DB) error {
		keys, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte{logPrefix}, UpperBound: []byte{logPrefix + 1}})
		if err != nil {
			return err
		}
		return errors.Join(do(keys), keys.Close())
	})
}

func indexOf(key []byte) (uint64, error) {
	if len(key) != 1+8 {
		return 0, fmt.Errorf("%w: got key %x, want an index of 8 bytes", engines.ErrCorrupt, key)
	}
	return binary.BigEndian.Uint64(key[1:]), nil
}

// remove deletes the entries from first to last one by one, in one batch.
func (r *rocks) remove(first, last uint64) error {
	gone, err := r.indexes(first, last)
	if err != nil {
		return err
	}
	return r.delete(gone)
}

// indexes returns those of the entries from first to last.
func (r *rocks) indexes(first, last uint64) (found []uint64, err error) {
	err = r.each(first, last, func(index uint64, _ []byte) error {
		found = append(found, index)
		return nil
	})
	return found, err
}

func (r *rocks) delete(indexes []uint64) error {
	return r.commit(func(batch *pebble.Batch) error {
		for _, index := range indexes {
			if err := batch.Delete(indexKey(index), nil); err != nil {
				return err
			}
		}
		return nil
	})
}
