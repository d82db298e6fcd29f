package machine

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// Answer is what a call returned beside its error; each kind uses the fields that it needs.
type Answer struct {
	// Results are those of Apply.
	Results []engines.ApplyResult `json:",omitempty"`
	// Values are those of Get, which has one, and of GetMulti; nil is none.
	Values []*Value `json:",omitempty"`
	// Pairs are those of Scan.
	Pairs []Pair `json:",omitempty"`
	// Applied is what ReadApplied returned. GetMulti and Scan return its index alone.
	Applied engines.LogID `json:",omitzero"`
	// Term is what ReadTerm returned, 0 if that is not known.
	Term uint64 `json:",omitempty"`
	// Metadata is what ReadMetadata returned; nil for none.
	Metadata *engines.SnapshotMetadata `json:",omitempty"`
	// Len is what ReadLen returned.
	Len int `json:",omitempty"`
	// Checksum is what Generate returned.
	Checksum engines.Checksum `json:",omitzero"`
}

// AnswerOf returns what c returned, the zero value if that is nothing.
func AnswerOf(c *models.Call) *Answer {
	if a, ok := c.Result.Answer.(*Answer); ok {
		return a
	}
	return &Answer{}
}

// File is a snapshot's file that is there.
type File struct {
	Name string
	// Checksum is that of its bytes.
	Checksum engines.Checksum
}

// View is everything that a machine shows of itself.
type View struct {
	// Pairs are what a scan of everything returned, in its order.
	Pairs []Pair
	// LastApplied is the last applied position, Term what is known of that entry's
	// term, 0 for nothing.
	LastApplied engines.LogID
	Term        uint64
	// Metadata is that of the last snapshot, if HasMetadata.
	Metadata    engines.SnapshotMetadata
	HasMetadata bool
	// Files are those that Generate was called for, as far as they are there, by name.
	Files []File
}

// viewOf returns v, the zero value for nil.
func viewOf(v models.View) *View {
	if v, ok := v.(*View); ok {
		return v
	}
	return &View{}
}

// state returns what v shows; ok is false if its pairs are not in order.
func (v *View) state() (s state, ok bool) {
	s.data, ok = dataOf(v.Pairs, v.LastApplied)
	s.meta = metadata{v.Metadata, v.HasMetadata}
	if !v.HasMetadata {
		s.meta = metadata{}
	}
	return s, ok
}

// file returns the checksum of the file of that name; ok is false if it is not there.
func (v *View) file(name string) (sum engines.Checksum, ok bool) {
	for _, f := range v.Files {
		if f.Name == name {
			return f.Checksum, true
		}
	}
	return sum, false
}

// Key identifies everything that v shows.
func (v *View) Key() models.Digest {
	s := digest.NewSequence().With(v.LastApplied.Index).With(v.LastApplied.Term).With(v.Term).With(uint64(len(v.Pairs)))
	for i := range v.Pairs {
		s = s.WithDigest(v.Pairs[i].weight())
	}
	s = s.WithFlag(v.HasMetadata)
	if v.HasMetadata {
		s = s.With(v.Metadata.LastIncluded.Index).With(v.Metadata.LastIncluded.Term).WithText(string(v.Metadata.Checksum[:]))
	}
	for _, f := range v.Files {
		s = s.WithText(f.Name).WithText(string(f.Checksum[:]))
	}
	return models.Digest(s)
}

// Read returns v without the files, which whoever looks at the machine reads by himself.
func (v *View) Read() models.View {
	own := *v
	own.Files = nil
	return &own
}

// Probe is the entry that is applied after a recovery.
type Probe struct{ Entry }

// Key identifies the entry.
func (p *Probe) Key() models.Digest {
	pair := Pair{p.Entry.Key, p.Value}
	return models.Digest(digest.NewSequence().With(p.Index).With(p.Term).With(uint64(p.Kind)).WithDigest(pair.weight()))
}

// After returns what a machine shows that showed v and took the entry.
func (p *Probe) After(v models.View) models.View {
	out := *viewOf(v)
	d := data{pairs: slices.Clone(out.Pairs)}
	d, _ = d.apply(&p.Entry)
	out.Pairs, out.LastApplied, out.Term = d.pairs, d.applied, d.applied.Term
	return &out
}
