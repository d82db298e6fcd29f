package enginetest

import (
	"maps"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// model is the contract in its simplest form: a map of entries and two numbers.
// It knows the logs of engines that keep a boundary; a program for another
// engine is kept to calls on which the two kinds agree.
type model struct {
	// claims say what is declined of the contract.
	claims      engines.Claims
	entries     map[uint64]engines.Entry
	last        uint64
	boundary    engines.LogID
	hasBoundary bool
	hardState   engines.HardState
	hasHard     bool
}

func newModel() *model { return &model{entries: map[uint64]engines.Entry{}} }

// persist returns the sentence that the call is under, and the refusal if it is
// one.
func (m *model) persist(entries []engines.Entry) (rule string, err error) {
	if len(entries) == 0 {
		return ruleEmpty, nil
	}
	for i, e := range entries {
		if e.Index == 0 {
			return ruleZero, engines.ErrInvalid
		}
		if i > 0 && e.Index != entries[i-1].Index+1 {
			return ruleBatch, engines.ErrInvalid
		}
	}
	first := entries[0].Index
	if first <= m.boundary.Index {
		return ruleCompacted, engines.ErrCompacted
	}
	if first > m.last+1 && !m.claims.AcceptsGaps {
		return ruleGap, engines.ErrGap
	}
	if !m.claims.OverwriteKeepsTail {
		m.cut(first)
	}
	m.put(entries)
	return ruleOverlap, nil
}

func (m *model) put(entries []engines.Entry) {
	for _, e := range entries {
		m.entries[e.Index] = e
		m.last = max(m.last, e.Index)
	}
}

func (m *model) truncate(from uint64) (rule string, err error) {
	from = max(from, 1)
	if from <= m.boundary.Index {
		return ruleCompacted, engines.ErrCompacted
	}
	if from > m.last {
		return rulePast, nil
	}
	m.cut(from)
	return ruleTruncate, nil
}

func (m *model) replace(from uint64, entries []engines.Entry) (rule string, err error) {
	if len(entries) == 0 {
		_, err := m.truncate(from)
		return ruleReplace0, err
	}
	if entries[0].Index != from {
		return ruleReplace, engines.ErrInvalid
	}
	if rule, err := m.persist(entries); err != nil {
		return rule, err
	}
	m.cut(from)
	m.put(entries)
	return ruleReplace, nil
}

func (m *model) purge(cutoff engines.LogID) string {
	if cutoff.Index == 0 {
		return rulePurge0
	}
	if cutoff.Index <= m.boundary.Index {
		return ruleNotBack
	}
	for index := range m.entries {
		if index <= cutoff.Index {
			delete(m.entries, index)
		}
	}
	m.boundary, m.hasBoundary = cutoff, true
	if cutoff.Index > m.last {
		m.last = cutoff.Index
		return rulePurgePast
	}
	return rulePurge
}

func (m *model) reset() {
	clear(m.entries)
	m.last, m.boundary, m.hasBoundary = 0, engines.LogID{}, false
}

func (m *model) save(state engines.HardState) { m.hardState, m.hasHard = state, true }

// cut removes the entries at and after from.
func (m *model) cut(from uint64) {
	for index := range m.entries {
		if index >= from {
			delete(m.entries, index)
		}
	}
	m.last = m.boundary.Index
	for index := range m.entries {
		m.last = max(m.last, index)
	}
}

// view returns what an engine in this state shows.
func (m *model) view() view {
	v := view{last: m.last, boundary: m.boundary, hasBoundary: m.hasBoundary, hardState: m.hardState, hasHard: m.hasHard}
	for _, index := range slices.Sorted(maps.Keys(m.entries)) {
		v.entries = append(v.entries, m.entries[index])
	}
	return v
}

// slice returns the entries from first to last.
func (m *model) slice(first, last uint64) []engines.Entry {
	var out []engines.Entry
	for _, e := range m.view().entries {
		if first <= e.Index && e.Index <= last {
			out = append(out, e)
		}
	}
	return out
}
