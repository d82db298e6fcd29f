package machine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/models"
)

// String returns what v shows in short.
func (v *View) String() string {
	s, _ := v.state()
	out := s.String()
	if v.Term != v.LastApplied.Term {
		out += fmt.Sprintf(", whose term it calls %d,", v.Term)
	}
	var names []string
	for _, f := range v.Files {
		names = append(names, fmt.Sprintf("%s %.4x", f.Name, f.Checksum))
	}
	if len(names) > 0 {
		out += " and the files " + strings.Join(names, ", ")
	}
	return out
}

// text returns what a call of op that succeeded returned.
func (a *Answer) text(op *Op) string {
	out := []string{"returned"}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, r := range a.Results {
		word := map[bool]string{true: "succeeded", false: "failed"}[r.Succeeded]
		if r.Repeated {
			word = "repeated"
		}
		add("%d %s", r.Index, word)
	}
	for _, v := range a.Values {
		add("%s", v)
	}
	switch op.Kind {
	case Scan:
		add("%s at %d", pairsText(a.Pairs), a.Applied.Index)
	case GetMulti:
		add("at %d", a.Applied.Index)
	case Generate:
		add("%.4x", a.Checksum)
	case ReadApplied:
		add("%s", idText(a.Applied))
	case ReadMetadata:
		meta := metadata{has: a.Metadata != nil}
		if meta.has {
			meta.SnapshotMetadata = *a.Metadata
		}
		add("%s", meta)
	case ReadTerm:
		add("%d", a.Term)
	case ReadLen:
		add("%d", a.Len)
	}
	return strings.Join(out, " ")
}

// View returns what state shows; a file of which nothing is known is as in shown.
func (m spec) View(state models.SpecState, like models.View) models.View {
	w, shown := state.(*specState).worlds[0], viewOf(like)
	now := w.now.state
	v := View{
		Pairs: slices.Clone(now.pairs), LastApplied: now.applied, Term: now.applied.Term,
		Metadata: now.meta.SnapshotMetadata, HasMetadata: now.meta.has,
	}
	for _, f := range w.files {
		sum, there := f.sum, f.there
		if !f.known {
			sum, there = shown.file(f.name)
		}
		if there {
			v.Files = append(v.Files, File{f.name, sum})
		}
	}
	return &v
}

// Describe returns the words for c and its result.
func (spec) Describe(c *models.Call) string {
	op, what := opOf(c), ""
	switch {
	case c.Returned == models.Pending:
		what = "is pending"
	case c.Result.Err != "":
		what = "failed: " + c.Result.Err
	case c.Result.Recovered != nil:
		what = "showed " + viewOf(c.Result.Recovered.View).String()
	default:
		what = AnswerOf(c).text(op)
	}
	return fmt.Sprintf("call %d %s %s", c.ID, op, what)
}
