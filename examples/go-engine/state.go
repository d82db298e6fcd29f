package oslog

import (
	"bytes"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// state is what the records of the file add up to.
type state struct {
	// entries follow the boundary without holes.
	entries   []engines.Entry
	boundary  engines.LogID
	hardState *engines.HardState
}

func (s *state) last() uint64 { return s.boundary.Index + uint64(len(s.entries)) }

// between returns copies of the entries from first to last.
func (s *state) between(first, last uint64) []engines.Entry {
	var found []engines.Entry
	for i := max(first, s.boundary.Index+1); i <= min(last, s.last()); i++ {
		found = append(found, clone(s.entries[i-s.boundary.Index-1]))
	}
	return found
}

func clone(e engines.Entry) engines.Entry {
	e.Payload = bytes.Clone(e.Payload)
	return e
}

// check refuses what the contract refuses.
func (s *state) check(c change) error {
	for i, e := range c.Entries {
		if want := c.From + uint64(i); e.Index != want || want == 0 {
			return fmt.Errorf("entry %d of batch has index %d, want %d: %w", i, e.Index, max(want, 1), engines.ErrInvalid)
		}
	}
	switch {
	case c.From == 0:
		return nil
	case c.From <= s.boundary.Index:
		return fmt.Errorf("change at index %d, want past %d: %w", c.From, s.boundary.Index, engines.ErrCompacted)
	case len(c.Entries) > 0 && c.From > s.last()+1:
		return fmt.Errorf("entries from index %d, want at most %d: %w", c.From, s.last()+1, engines.ErrGap)
	}
	return nil
}

// changes reports whether c would change anything: purging what is purged and
// truncating past the end do not.
func (s *state) changes(c change) bool {
	if c.Boundary != nil {
		return c.Boundary.Index > s.boundary.Index
	}
	return c.From <= s.last() || len(c.Entries) > 0
}

// apply carries out a change that was checked. It keeps no memory of c's.
func (s *state) apply(c change) {
	if c.Reset {
		s.entries, s.boundary = nil, engines.LogID{}
	}
	if c.From > 0 {
		s.entries = s.entries[:c.From-1-s.boundary.Index]
	}
	for _, e := range c.Entries {
		s.entries = append(s.entries, clone(e))
	}
	if c.Boundary != nil {
		purged := min(c.Boundary.Index-s.boundary.Index, uint64(len(s.entries)))
		s.entries, s.boundary = s.entries[purged:], *c.Boundary
	}
	if c.HardState != nil {
		hard := *c.HardState
		s.hardState = &hard
	}
}
