package machines

import (
	"bytes"
	"context"

	"github.com/ackproof/ackproof/engines"
)

// Get returns the value of key.
func (p *plain) Get(ctx context.Context, key []byte) (value []byte, ok bool, err error) {
	err = p.serve(ctx, "get", func() (err error) {
		value, ok, err = p.pairs.Get(key)
		return err
	})
	return value, ok, err
}

// GetMulti returns the values of keys, as of one applied index.
func (p *plain) GetMulti(ctx context.Context, keys [][]byte) (values [][]byte, applied uint64, err error) {
	if p.plant == readsOneByOne {
		return p.getEach(ctx, keys)
	}
	err = p.serve(ctx, "get multi", func() error {
		for _, key := range keys {
			value, _, err := p.pairs.Get(key)
			if err != nil {
				return err
			}
			values = append(values, value)
		}
		applied = p.state.Applied.Index
		return nil
	})
	return values, applied, err
}

// getEach is a bug: it gives the lock back between the keys. It asks for the file before
// each, as who reads from it would, so that whoever schedules the file system's calls can
// let a chunk be applied there.
func (p *plain) getEach(ctx context.Context, keys [][]byte) (values [][]byte, applied uint64, err error) {
	for _, key := range keys {
		_, _ = p.file.Stat()
		value, _, err := p.Get(ctx, key) // plant: machine-get-multi-of-two-states
		if err != nil {
			return nil, 0, err
		}
		values = append(values, value)
	}
	err = p.serve(ctx, "get multi", func() error {
		applied = p.state.Applied.Index
		return nil
	})
	return values, applied, err
}

// ScanPrefix returns the pairs whose keys begin with prefix.
func (p *plain) ScanPrefix(ctx context.Context, prefix []byte) (pairs []engines.KeyValue, revision uint64, err error) {
	err = p.serve(ctx, "scan", func() error {
		revision = p.state.Applied.Index
		return p.pairs.Scan(prefix, func(key, value []byte) error {
			pairs = append(pairs, engines.KeyValue{Key: bytes.Clone(key), Value: bytes.Clone(value)})
			return nil
		})
	})
	return pairs, revision, err
}

// EntryTerm returns the term of the last applied entry, and knows no other.
func (p *plain) EntryTerm(index uint64) (term uint64, ok bool) {
	last := p.LastApplied()
	if index == 0 || index != last.Index {
		return 0, false
	}
	return last.Term, true
}

// Len returns how many keys there are.
func (p *plain) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pairs.Len()
}

// IsEmpty reports whether there are none.
func (p *plain) IsEmpty() bool { return p.Len() == 0 }

// LastApplied returns the position that the state stands at.
func (p *plain) LastApplied() engines.LogID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Applied
}

// SnapshotMetadata returns the metadata of the last snapshot.
func (p *plain) SnapshotMetadata() (engines.SnapshotMetadata, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Snapshot, p.state.HasSnapshot
}
