package boltlog

import "go.etcd.io/bbolt"

// reader reads in one transaction.
type reader struct{ tx *bbolt.Tx }

func (r reader) Get(key []byte) ([]byte, error) {
	if meta := r.tx.Bucket(metaBucket); meta != nil {
		return meta.Get(key), nil
	}
	return nil, nil
}

func (r reader) First() ([]byte, error) { return r.end((*bbolt.Cursor).First) }
func (r reader) Last() ([]byte, error)  { return r.end((*bbolt.Cursor).Last) }

// end returns the key of the entry that move moves to.
func (r reader) end(move func(*bbolt.Cursor) (key, value []byte)) ([]byte, error) {
	entries := r.tx.Bucket(logBucket)
	if entries == nil {
		return nil, nil
	}
	key, _ := move(entries.Cursor())
	return key, nil
}

func (r reader) Scan(first, _ uint64, visit func(key, value []byte) (more bool, err error)) error {
	entries := r.tx.Bucket(logBucket).Cursor()
	for key, value := entries.Seek(entryKey(first)); key != nil; key, value = entries.Next() {
		if more, err := visit(key, value); err != nil || !more {
			return err
		}
	}
	return nil
}
