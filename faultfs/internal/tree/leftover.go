package tree

import "strings"

// Leftover says what kinds of things a crash left in an image that the crash of the
// same moment would not have left had it kept all or lost all. The zero value is none.
type Leftover uint8

// The kinds of things, each a bit: those stand last that a store is the least prepared for.
const (
	// LeftMixed is a sector that is neither the old one nor the new one: torn, filled, or of
	// a version between.
	LeftMixed Leftover = 1 << iota
	// LeftLonger is a file that is longer than what was kept of its bytes.
	LeftLonger
	// LeftName is a name that nothing has in the end.
	LeftName
	// LeftBehind is new bytes behind others, in one file, of which the new ones were lost.
	LeftBehind
)

// Leftover returns what img holds, seen against the images of the same crash point at
// which everything was kept, and at which everything was lost that could be.
func (img *Image) Leftover(kept, lost *Image) Leftover {
	var found Leftover
	img.tree.Walk(func(p string, _ Ino, n *Node) {
		switch k := kept.tree.at(p); {
		case k == nil:
			found |= LeftName
		case n != k && !n.IsDir && !k.IsDir:
			found |= n.leftover(k, lost.tree.at(p))
		}
	})
	return found
}

// at returns the inode that a path from the root means, links not followed; nil for none.
func (t *Tree) at(p string) *Node {
	ino := RootIno
	for name := range strings.SplitSeq(strings.TrimPrefix(p, "/"), "/") {
		if name == "" {
			break // the root
		}
		if ino = t.Lookup(ino, name); ino == 0 {
			return nil
		}
	}
	return t.Nodes[ino]
}

// leftover compares a file with what it is if all was kept, and if all was lost; lost is nil
// if there is no such file then.
func (n *Node) leftover(kept, lost *Node) (found Leftover) {
	if lost == nil {
		lost = &Node{}
	}
	missing := false // a sector before is not the new one
	for ci := range (n.Size + chunkBytes - 1) / chunkBytes {
		if c := n.chunkAt(ci); c == kept.chunkAt(ci) && c == lost.chunkAt(ci) {
			continue
		}
		for off := ci * chunkBytes; off < min(n.Size, (ci+1)*chunkBytes); off += sectorBytes {
			isNew, isOld := n.sameSector(kept, off), n.sameSector(lost, off)
			switch {
			case !isNew && !isOld:
				found |= LeftMixed
			case isNew && !isOld && missing:
				found |= LeftBehind
			}
			missing = missing || !isNew
		}
	}
	if last := n.Size - 1; n.Size > kept.Size || n.Size > lost.Size && !n.sameSector(kept, last-last%sectorBytes) {
		found |= LeftLonger
	}
	return found
}

const (
	sectorBytes = 512
	chunkBytes  = pagesPerChunk * PageBytes
)

// chunkAt returns the content of a run of pages, nil for zeros.
func (n *Node) chunkAt(ci int64) *chunk {
	if ci < int64(len(n.chunks)) {
		return n.chunks[ci]
	}
	return nil
}

// sameSector reports whether two files hold the same in a sector, zeros where one has
// ended.
func (n *Node) sameSector(o *Node, off int64) bool {
	if n.Page(off/PageBytes) == o.Page(off/PageBytes) {
		return true
	}
	var a, b [sectorBytes]byte
	n.ReadAt(a[:], off)
	o.ReadAt(b[:], off)
	return a == b
}
