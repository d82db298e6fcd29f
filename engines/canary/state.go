package canary

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

// state is what a log holds.
type state struct {
	boundary engines.LogID
	purged   bool
	entries  []held
}

// held is an entry, and where its frame lies.
type held struct {
	engines.Entry
	file uint64
	off  int64
}

func (s *state) last() uint64 {
	if n := len(s.entries); n > 0 {
		return s.entries[n-1].Index
	}
	return s.boundary.Index
}

// from returns the place in entries of the first at or after index.
func (s *state) from(index uint64) int {
	n, _ := slices.BinarySearchFunc(s.entries, index, func(h held, index uint64) int { return cmp.Compare(h.Index, index) })
	return n
}

// apply does to s what f says, whose frame lies at off of a file.
func (s *state) apply(f frame, file uint64, off int64) {
	switch f.kind {
	case kindEntry:
		e := engines.Entry{Index: f.id.Index, Term: f.id.Term, Payload: bytes.Clone(f.payload)}
		if e.Index == 0 { // zeros taken for an entry
			e.Index = s.last() + 1
		}
		s.entries = append(s.entries, held{e, file, off})
	case kindPut:
		e := engines.Entry{Index: f.id.Index, Term: f.id.Term, Payload: bytes.Clone(f.payload)}
		at := s.from(e.Index)
		behind := at
		if at < len(s.entries) && s.entries[at].Index == e.Index {
			behind++
		}
		s.entries = slices.Concat(s.entries[:at], []held{{e, file, off}}, s.entries[behind:])
	case kindCut:
		s.entries = slices.Clip(s.entries[:s.from(f.id.Index)]) // others may hold on to the rest
	case kindBoundary:
		s.boundary, s.purged = f.id, true
		s.entries = slices.Clone(s.entries[s.from(f.id.Index+1):])
	case kindBase:
		*s = state{boundary: f.id, purged: f.id.Index > 0}
	}
}

// fits reports whether f may follow in a log that is s.
func (s *state) fits(f frame) bool {
	return f.kind != kindEntry || len(s.entries) == 0 || f.id.Index == 0 || f.id.Index == s.last()+1
}

// frames returns what makes s from nothing. They are no group: a base is synced
// before it gets its name.
func (s *state) frames() []frame {
	frames := []frame{{kind: kindBase, left: uint32(len(s.entries)), id: s.boundary}}
	for _, h := range s.entries {
		frames = append(frames, entryFrame(h.Entry))
	}
	return frames
}

func entryFrame(e engines.Entry) frame {
	return frame{kind: kindEntry, id: e.ID(), payload: e.Payload}
}

// admit refuses a change from index on that the log does not take.
func (s *state) admit(index uint64) error {
	switch {
	case index <= s.boundary.Index:
		return fmt.Errorf("%w: got index %d, want past %d", engines.ErrCompacted, index, s.boundary.Index)
	case index > s.last()+1:
		return fmt.Errorf("%w: got index %d, want at most %d", engines.ErrGap, index, s.last()+1)
	}
	return nil
}
