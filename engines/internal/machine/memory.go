package machine

import (
	"bytes"

	"github.com/RaduBerinde/btreemap"

	"github.com/ackproof/ackproof/engines"
)

// Memory keeps pairs in memory, in the order of their keys. It has what a [Store] reads
// by. Any number of goroutines may read; nobody reads while it changes.
type Memory struct {
	pairs *btreemap.BTreeMap[[]byte, []byte]
}

// treeDegree gives nodes of some hundred bytes.
const treeDegree = 16

// NewMemory returns a Memory without pairs.
func NewMemory() *Memory {
	return &Memory{pairs: btreemap.New[[]byte, []byte](treeDegree, bytes.Compare)}
}

// Apply makes the change c, and keeps its bytes.
func (m *Memory) Apply(c Change) {
	if c.Replace {
		m.pairs.Clear(false)
	}
	for _, pair := range c.Pairs {
		if pair.Value == nil {
			m.pairs.Delete(pair.Key)
		} else {
			m.pairs.ReplaceOrInsert(pair.Key, pair.Value)
		}
	}
}

// Get is of [Store].
func (m *Memory) Get(key []byte) (value []byte, ok bool, err error) {
	_, value, ok = m.pairs.Get(key)
	return bytes.Clone(value), ok, nil
}

// Scan is of [Store].
func (m *Memory) Scan(prefix []byte, visit func(key, value []byte) error) error {
	for key, value := range m.pairs.Ascend(btreemap.GE(prefix), btreemap.Max[[]byte]()) {
		if !bytes.HasPrefix(key, prefix) {
			return nil
		}
		if err := visit(key, value); err != nil {
			return err
		}
	}
	return nil
}

// Len is of [Store].
func (m *Memory) Len() int { return m.pairs.Len() }

// Clone returns c with bytes of its own, for [Memory.Apply] to keep.
func (c Change) Clone() Change {
	pairs := make([]engines.KeyValue, len(c.Pairs))
	for i, pair := range c.Pairs {
		pairs[i] = engines.KeyValue{Key: bytes.Clone(pair.Key), Value: bytes.Clone(pair.Value)}
	}
	c.Pairs = pairs
	return c
}
