package tree

import (
	"slices"

	"github.com/ackproof/ackproof/internal/digest"
)

const (
	// SectorBytes is the smallest part of a file that a device can fail to read.
	SectorBytes    = 512
	sectorsPerPage = PageBytes / SectorBytes
)

// sectors are numbers of sectors, ascending. They are shared, so they are replaced and
// never changed.
type sectors []int64

// with adds the sectors in [off, end), which are whole ones.
func (s sectors) with(off, end int64) sectors {
	out := slices.Clone(s)
	for n := off / SectorBytes; n < end/SectorBytes; n++ {
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// without leaves out the sectors that lie within [off, end).
func (s sectors) without(off, end int64) sectors {
	if len(s) == 0 {
		return s
	}
	return slices.DeleteFunc(slices.Clone(s), func(n int64) bool {
		return n*SectorBytes >= off && (n+1)*SectorBytes <= end
	})
}

// within returns the sectors that begin in [off, end).
func (s sectors) within(off, end int64) sectors {
	return slices.DeleteFunc(slices.Clone(s), func(n int64) bool { return n*SectorBytes < off || n*SectorBytes >= end })
}

// firstPage returns where the first page that [off, end) touches and that has one of the
// sectors begins, but not before off; end if there is none.
func (s sectors) firstPage(off, end int64) int64 {
	for _, n := range s {
		page := n / sectorsPerPage * sectorsPerPage * SectorBytes
		if page < end && page+sectorsPerPage*SectorBytes > off {
			return max(page, off)
		}
	}
	return end
}

func (s sectors) sum() (sum digest.Digest) {
	for _, n := range s {
		sum = sum.Add(digest.HashWords(uint64(n), SectorBytes, sectorsPerPage))
	}
	return sum
}
