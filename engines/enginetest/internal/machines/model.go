package machines

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
)

// model is the contract in its simplest form: a map, a position, and one snapshot, all of it
// in term 1.
type model struct {
	values map[string]string
	last   uint64
	// snapshot is the newest one that was generated, and restored that of the metadata.
	snapshot, restored *snapshot
}

func newModel() *model { return &model{values: map[string]string{}} }

// snapshot is a state, under a name that no other has.
type snapshot struct {
	name   string
	values map[string]string
	last   uint64
}

// apply returns the answers to a chunk that begins at first, or the refusal.
func (m *model) apply(first uint64, commands []command) (answers string, refusal error) {
	switch {
	case len(commands) == 0:
		return "", nil
	case first == 0:
		return "", engines.ErrInvalid
	case first > m.last+1:
		return "", engines.ErrGap
	}
	for i, c := range commands {
		if index := first + uint64(i); index <= m.last {
			answers += "r"
			continue
		}
		m.last++
		answers += m.carryOut(c)
	}
	return answers, nil
}

func (m *model) carryOut(c command) string {
	value, ok := m.values[string(c.Key)]
	switch c.Kind {
	case engines.CommandPut:
		m.values[string(c.Key)] = string(c.Value)
	case engines.CommandDelete:
		delete(m.values, string(c.Key))
	case engines.CommandCompareAndSwap:
		if ok != (c.Expected != nil) || value != string(c.Expected) {
			return "n"
		}
		m.values[string(c.Key)] = string(c.Value)
	}
	return "y"
}

func (m *model) reset() { m.values, m.last, m.restored = map[string]string{}, 0, nil }

func (m *model) moveOn(index uint64) { m.last = max(m.last, index) }

func (m *model) generate(name string) { m.snapshot = &snapshot{name, maps.Clone(m.values), m.last} }

func (m *model) restore() (refusal error) {
	if m.snapshot.last < m.last {
		return engines.ErrStale
	}
	m.values, m.last, m.restored = maps.Clone(m.snapshot.values), m.snapshot.last, m.snapshot
	return nil
}

// view returns what see shows of a machine in this state, where nameOf names snapshots.
func (m *model) view(nameOf func(snapshot string) string) string {
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(m.values)) {
		fmt.Fprintf(&out, "%s=%s ", key, m.values[key])
	}
	fmt.Fprintf(&out, "at %d/%d", m.last, min(m.last, 1))
	if s := m.restored; s != nil {
		fmt.Fprintf(&out, " snapshot %d/%d %s", s.last, min(s.last, 1), nameOf(s.name))
	}
	return out.String()
}
