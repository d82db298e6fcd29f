package machine

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/engines"
)

// String returns the words for o and its arguments.
func (o *Op) String() string {
	switch o.Kind {
	case Apply:
		return "apply " + entriesText(o.Entries)
	case UpdateApplied, PersistApplied:
		return fmt.Sprintf("%s %s", o.Kind, idText(o.Position))
	case UpdateMetadata, PersistMetadata:
		if o.Name != "" {
			return fmt.Sprintf("%s of %s at %s", o.Kind, o.Name, idText(o.Metadata.LastIncluded))
		}
		return fmt.Sprintf("%s %s", o.Kind, metadata{o.Metadata, true})
	case Generate:
		return fmt.Sprintf("generate %s at %s", o.Name, idText(o.Position))
	case Restore:
		harm := ""
		if o.Harm != Unharmed {
			harm = ", " + o.Harm.String()
		}
		return fmt.Sprintf("restore %s at %s%s", o.Name, idText(o.Metadata.LastIncluded), harm)
	case Get, Scan:
		return fmt.Sprintf("%s %q", o.Kind, o.Key)
	case GetMulti:
		return fmt.Sprintf("%s %q", o.Kind, o.Keys)
	case ReadTerm:
		return fmt.Sprintf("%s %d", o.Kind, o.Index)
	}
	return o.Kind.String()
}

// entriesText returns "5-7".
func entriesText(entries []Entry) string {
	switch n := len(entries); n {
	case 0:
		return "nothing"
	case 1:
		return strconv.FormatUint(entries[0].Index, 10)
	default:
		return fmt.Sprintf("%d-%d", entries[0].Index, entries[n-1].Index)
	}
}

func idText(id engines.LogID) string { return fmt.Sprintf("%d (term %d)", id.Index, id.Term) }

// String returns the value, or its size if it is long.
func (v *Value) String() string {
	switch {
	case v == nil:
		return "absent"
	case len(v.Text) == v.SizeBytes:
		return strconv.Quote(v.Text)
	}
	return fmt.Sprintf("%d bytes (%.8s)", v.SizeBytes, v.Digest)
}

// String returns what m names.
func (m metadata) String() string {
	if !m.has {
		return "no snapshot"
	}
	return fmt.Sprintf("snapshot %s %.4x", idText(m.LastIncluded), m.Checksum)
}

// String returns the position of d and its pairs, if they are few.
func (d data) String() string {
	if len(d.pairs) > 8 {
		return fmt.Sprintf("%d pairs at %s", len(d.pairs), idText(d.applied))
	}
	return fmt.Sprintf("%s at %s", pairsText(d.pairs), idText(d.applied))
}

func pairsText(pairs []Pair) string {
	var out []string
	for i := range pairs {
		out = append(out, pairs[i].Key+"="+pairs[i].Value.String())
	}
	return "{" + strings.Join(out, " ") + "}"
}

// String returns s in short.
func (s state) String() string { return fmt.Sprintf("%s with %s", s.data, s.meta) }
