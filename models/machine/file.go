package machine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// file is what is known of a snapshot's file. It is immutable.
type file struct {
	name string
	// made is the call that wrote it, which returned at that time.
	made     cause
	returned int
	// known says that it is known what is there: nothing, or bytes with this checksum.
	// Otherwise there may be anything.
	known, there bool
	sum          engines.Checksum
	// durable says that a crash leaves it as it is, by what forced did.
	durable bool
	forced  cause
	// contents are what may be in it, if it is sound.
	contents []content
}

// content is the state in a snapshot; sum is the zero value if nobody was told.
type content struct {
	sum engines.Checksum
	data
}

func (c content) isSame(o content) bool { return c.sum == o.sum && c.data.isSame(o.data) }

// generated returns the file that c, which generates a snapshot of d, leaves beside old.
func generated(old *file, c *models.Call, d data, durable bool) *file {
	f := &file{name: opOf(c).Name, made: causeOf(c), returned: returnTime(c)}
	if f.returned == never {
		if old != nil {
			f.contents = old.contents
		}
		f.contents = append(slices.Clip(f.contents), content{data: d})
		return f
	}
	f.known, f.there, f.sum, f.durable, f.forced = true, true, AnswerOf(c).Checksum, durable, f.made
	f.contents = []content{{f.sum, d}}
	return f
}

// isSame reports whether no call can tell f from o.
func (f *file) isSame(o *file) bool {
	return f == o || f.name == o.name && f.known == o.known && f.there == o.there && f.sum == o.sum &&
		f.durable == o.durable && f.returned == o.returned && slices.EqualFunc(f.contents, o.contents, content.isSame)
}

// mayShow reports whether v may show f, after a crash unless exactly.
func (f *file) mayShow(v *View, exactly bool) bool {
	sum, there := v.file(f.name)
	return !f.known || !exactly && !f.durable || there == f.there && sum == f.sum
}

// shown returns f as v shows it. It is no more durable by that, nor by a later flush: a
// machine that is opened does not know where the files are that its caller asked for.
func (f *file) shown(v *View) *file {
	next := *f
	sum, there := v.file(f.name)
	next.known, next.there, next.sum, next.returned = true, there, sum, never
	next.contents = nil
	for _, one := range f.contents {
		if there && one.sum == sum {
			next.contents = []content{one}
			break
		}
		if there && one.sum == (engines.Checksum{}) {
			next.contents = append(next.contents, one)
		}
	}
	return &next
}

// given returns the checksum that c, a restore or what keeps metadata, was given for f: what its operation or its
// answer says, or else that of f. The zero value is not known.
func (f *file) given(c *models.Call) engines.Checksum {
	switch sum := cmp.Or(opOf(c).Metadata.Checksum, AnswerOf(c).Checksum); {
	case sum != engines.Checksum{}:
		return sum
	case f != nil && f.known:
		return f.sum
	}
	return engines.Checksum{}
}

// restores returns what op, which was given a checksum, may make of a machine from f, which may be nil; sure says that
// there is one, and that f is a sound snapshot of it.
func (f *file) restores(op *Op, given engines.Checksum) (found []data, sure bool) {
	if f == nil || op.Harm != Unharmed || f.known && (!f.there || f.sum != given) {
		return nil, false
	}
	unknown := engines.Checksum{}
	for _, one := range f.contents {
		if one.applied == op.Metadata.LastIncluded && (one.sum == given || one.sum == unknown || given == unknown) {
			found = append(found, one.data)
			sure = f.known && one.sum != unknown
		}
	}
	return found, sure
}

// files are by name.
type files []*file

func compareName(f *file, name string) int { return strings.Compare(f.name, name) }

// find returns the file of that name; nil if no call ever named it.
func (s files) find(name string) *file {
	if i, ok := slices.BinarySearchFunc(s, name, compareName); ok {
		return s[i]
	}
	return nil
}

// with returns s with f instead of the file of that name.
func (s files) with(f *file) files {
	i, ok := slices.BinarySearchFunc(s, f.name, compareName)
	after := i
	if ok {
		after++
	}
	return slices.Concat(s[:i], files{f}, s[after:])
}
