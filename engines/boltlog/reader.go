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

func (r reader) Ends() (first, last []byte, err error) {
	if log := r.tx.Bucket(logBucket); log != nil {
		c := log.Cursor()
		first, _ = c.First()
		last, _ = c.Last()
	}
	return first, last, nil
}

func (r reader) Scan(first, _ uint64, visit func(key, value []byte) (more bool, err error)) error {
	c := r.tx.Bucket(logBucket).Cursor()
	for key, value := c.Seek(entryKey(first)); key != nil; key, value = c.Next() {
		if more, err := visit(key, value); err != nil || !more {
			return err
		}
	}
	return nil
}
