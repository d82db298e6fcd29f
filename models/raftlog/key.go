package raftlog

import (
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// Key identifies everything that v shows.
func (v *View) Key() digest.Digest { return digest.Digest(withView(digest.NewSequence(), v)) }

// Key identifies the entry.
func (p *Probe) Key() digest.Digest { return digest.Digest(withEntry(digest.NewSequence(), &p.Entry)) }

// After returns what a log shows that showed v and took the entry.
func (p *Probe) After(v models.View) models.View {
	out := *viewOf(v)
	out.Entries = append(out.Entries[:len(out.Entries):len(out.Entries)], p.Entry)
	out.LastIndex = p.Index
	return &out
}

func withView(s digest.Sequence, v *View) digest.Sequence {
	s = s.WithFlag(v.HasBoundary).With(v.Boundary.Index).With(v.Boundary.Term)
	s = s.WithFlag(v.HasHardState).With(v.HardState.Term).With(v.HardState.Vote)
	s = s.With(v.LastIndex).With(uint64(len(v.Entries)))
	for i := range v.Entries {
		s = withEntry(s, &v.Entries[i])
	}
	return s
}

func withEntry(s digest.Sequence, e *Entry) digest.Sequence {
	return s.WithDigest(e.weight())
}
