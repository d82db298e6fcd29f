package faultfs

import "io/fs"

// sum returns the digest of a file's content and size. It remembers it, and the
// sums of pages, so n must be owned by the caller's tree or summed before.
func (n *node) sum() Digest {
	if n.summed {
		return n.digest
	}
	total := hashWords(uint64(n.size), boolWord(n.isDir))
	if n.target != "" {
		total = hashBytes([]byte(n.target), uint64(fs.ModeSymlink), 0)
	}
	for ci, c := range n.chunks {
		if c == nil {
			continue
		}
		for slot, pg := range c.pages {
			if pg == nil {
				continue
			}
			if bit := uint16(1) << slot; c.known&bit == 0 {
				c.sums[slot] = sumPage(pg, uint64(ci*pagesPerChunk+slot))
				c.known |= bit
			}
			total = total.Add(c.sums[slot])
		}
	}
	n.digest, n.summed = total, true
	return total
}

// sumPage hashes a page so that a page of zeros counts as a hole.
func sumPage(pg *[pageBytes]byte, index uint64) Digest {
	if *pg == zeroPage {
		return Digest{}
	}
	return hashBytes(pg[:], index, pageBytes)
}

func boolWord(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
