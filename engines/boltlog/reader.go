package boltlog

import "go.etcd.io/bbolt"

// reader reads in one transaction.
type reader struct {
	tx     *bbolt.Tx
	cursor *bbolt.Cursor // over the entries; nil before the first use, and without a log
}

func (r *reader) Get(key []byte) ([]byte, error) {
	if meta := r.tx.Bucket(metaBucket); meta != nil {
		return meta.Get(key), nil
	}
	return nil, nil
}

func (r *reader) First() (key []byte, err error) {
	if c := r.entries(); c != nil {
		key, _ = c.First()
	}
	return key, nil
}

func (r *reader) Last() (key []byte, err error) {
	if c := r.entries(); c != nil {
		key, _ = c.Last()
	}
	return key, nil
}

func (r *reader) Scan(first, _ uint64, visit func(key, value []byte) (more bool, err error)) error {
	c := r.entries()
	for key, value := c.Seek(entryKey(first)); key != nil; key, value = c.Next() {
		if more, err := visit(key, value); err != nil || !more {
			return err
		}
	}
	return nil
}

func (r *reader) entries() *bbolt.Cursor {
	if r.cursor == nil {
		if b := r.tx.Bucket(logBucket); b != nil {
			r.cursor = b.Cursor()
		}
	}
	return r.cursor
}
