package tree

import (
	"io/fs"

	"github.com/ackproof/ackproof/internal/digest"
)

// sum returns the digest of a file's content and size. It remembers it, and the
// sums of pages, so n must be owned by the caller's tree or summed before.
func (n *Node) sum() digest.Digest {
	if n.summed {
		return n.digest
	}
	total := digest.HashWords(uint64(n.Size), BoolWord(n.IsDir))
	if n.Target != "" {
		total = digest.HashBytes([]byte(n.Target), uint64(fs.ModeSymlink), 0)
	}
	for ci, c := range n.chunks {
		if c != nil {
			total = total.Add(c.sum(uint64(ci) * pagesPerChunk))
		}
	}
	total = total.Add(n.unreadable.sum())
	n.digest, n.summed = total, true
	return total
}

// sum returns the digest of the pages of a chunk, the first of which has that number.
func (c *chunk) sum(first uint64) digest.Digest {
	if c.summed {
		return c.total
	}
	c.total = digest.Digest{}
	for slot, pg := range c.pages {
		if pg == nil {
			continue
		}
		if bit := uint16(1) << slot; c.known&bit == 0 {
			c.sums[slot] = sumPage(pg, first+uint64(slot))
			c.known |= bit
		}
		c.total = c.total.Add(c.sums[slot])
	}
	c.summed = true
	return c.total
}

// sumPage hashes a page so that a page of zeros counts as a hole.
func sumPage(pg *[PageBytes]byte, index uint64) digest.Digest {
	if pg == &zeroPage || *pg == zeroPage {
		return digest.Digest{}
	}
	return digest.HashBytes(pg[:], index, PageBytes)
}

// BoolWord returns 1 for true.
func BoolWord(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
