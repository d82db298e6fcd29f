package faultfs

import (
	"io/fs"
	"slices"
	"strings"
)

// Ino numbers a file or directory. Numbers are never used again, so an inode in
// a journal means one file for ever. 0 is none, 1 the root directory.
type Ino uint32

// RootIno is the root directory.
const RootIno Ino = 1

const (
	pageBytes     = 4096
	pagesPerChunk = 16
	chunkBytes    = pageBytes * pagesPerChunk
)

// token marks what a tree may change in place: a part whose owner is another
// token is shared and copied before its first change.
type token struct{ _ byte }

// tree is a file system's content: inodes by number, names in directories. It is
// copied by sharing; a copy costs what later changes, not what exists.
type tree struct {
	nodes []*node // by Ino
	owner *token  // nil: frozen, never changed again
}

// node is one inode.
type node struct {
	owner   *token
	isDir   bool
	mode    fs.FileMode // permission bits
	mtime   int64       // time of the last change, in events
	size    int64
	chunks  []*chunk // a file's content; nil is zeros
	names   []dirent // a directory's entries, sorted by name
	target  string   // of a symbolic link; nothing else has one
	ragged  bool     // there may be content behind size
	shared  bool     // it may have several names
	removed bool     // a directory that is gone, seen by who has it open
	summed  bool     // digest is right
	digest  Digest
}

// chunk is a run of pages, the unit in which page tables are shared.
type chunk struct {
	owner *token
	own   uint16 // pages that only this chunk holds
	known uint16 // pages whose sum is right
	pages [pagesPerChunk]*[pageBytes]byte
	sums  [pagesPerChunk]Digest
}

type dirent struct {
	name string
	ino  Ino
}

func newTree() *tree {
	t := &tree{owner: new(token)}
	t.nodes = []*node{nil, {owner: t.owner, isDir: true, mode: 0o755}}
	return t
}

// freeze returns t as it is now, never to change; t goes on sharing with it.
func (t *tree) freeze() *tree {
	t.owner = new(token)
	return &tree{nodes: slices.Clone(t.nodes)}
}

// thaw returns a copy of t that may be changed. Any number of goroutines may
// thaw one frozen tree.
func (t *tree) thaw() *tree {
	nodes := make([]*node, len(t.nodes), len(t.nodes)+8)
	copy(nodes, t.nodes)
	return &tree{nodes: nodes, owner: new(token)}
}

// add makes a new inode.
func (t *tree) add(isDir bool, mode fs.FileMode) Ino {
	t.nodes = append(t.nodes, &node{owner: t.owner, isDir: isDir, mode: mode})
	return Ino(len(t.nodes) - 1)
}

// addLink makes a symbolic link. All links have the same permission bits.
func (t *tree) addLink(target string) Ino {
	ino := t.add(false, 0o777)
	t.at(ino).target = target
	return ino
}

// at returns the inode for reading.
func (t *tree) at(ino Ino) *node { return t.nodes[ino] }

// edit returns the inode for changing.
func (t *tree) edit(ino Ino) *node {
	n := t.nodes[ino]
	if n.owner == t.owner {
		n.summed = false
		return n
	}
	c := *n
	c.owner, c.summed = t.owner, false
	c.chunks = slices.Clone(n.chunks)
	c.names = slices.Clone(n.names)
	t.nodes[ino] = &c
	return &c
}

// lookup returns the inode that name means in directory dir, 0 for none.
func (t *tree) lookup(dir Ino, name string) Ino {
	names := t.nodes[dir].names
	if i, ok := findName(names, name); ok {
		return names[i].ino
	}
	return 0
}

// setName makes name in directory dir mean ino, or nothing if ino is 0.
func (t *tree) setName(dir Ino, name string, ino Ino) {
	n := t.edit(dir)
	i, ok := findName(n.names, name)
	switch {
	case ok && ino == 0:
		n.names = slices.Delete(n.names, i, i+1)
	case ok:
		n.names[i].ino = ino
	case ino != 0:
		n.names = slices.Insert(n.names, i, dirent{name, ino})
	}
}

func findName(names []dirent, name string) (int, bool) {
	return slices.BinarySearchFunc(names, name, func(d dirent, name string) int {
		return strings.Compare(d.name, name)
	})
}

// page returns the page for reading; nil is zeros.
func (n *node) page(index int64) *[pageBytes]byte {
	ci := index / pagesPerChunk
	if ci >= int64(len(n.chunks)) || n.chunks[ci] == nil {
		return nil
	}
	return n.chunks[ci].pages[index%pagesPerChunk]
}

// editPage returns the page for changing; n must come from edit.
func (n *node) editPage(index int64) *[pageBytes]byte {
	c, slot := n.editChunk(index/pagesPerChunk), index%pagesPerChunk
	bit := uint16(1) << slot
	c.known &^= bit
	if c.own&bit == 0 {
		p := new([pageBytes]byte)
		if old := c.pages[slot]; old != nil {
			*p = *old
		}
		c.pages[slot] = p
		c.own |= bit
	}
	return c.pages[slot]
}

// dropPage makes the page zeros.
func (n *node) dropPage(index int64) {
	if n.page(index) == nil {
		return
	}
	c, slot := n.editChunk(index/pagesPerChunk), index%pagesPerChunk
	bit := uint16(1) << slot
	c.pages[slot], c.own, c.known = nil, c.own&^bit, c.known&^bit
}

func (n *node) editChunk(ci int64) *chunk {
	for int64(len(n.chunks)) <= ci {
		n.chunks = append(n.chunks, nil)
	}
	switch c := n.chunks[ci]; {
	case c == nil:
		n.chunks[ci] = &chunk{owner: n.owner}
	case c.owner != n.owner:
		copied := *c
		copied.owner, copied.own = n.owner, 0
		n.chunks[ci] = &copied
	}
	return n.chunks[ci]
}

// readAt copies content from off into p, whatever the size says, and zeros where
// there is none.
func (n *node) readAt(p []byte, off int64) {
	for len(p) > 0 {
		in := off % pageBytes
		part := p[:min(int64(len(p)), pageBytes-in)]
		if pg := n.page(off / pageBytes); pg != nil {
			copy(part, pg[in:])
		} else {
			clear(part)
		}
		p, off = p[len(part):], off+int64(len(part))
	}
}

// writeAt stores data at off and leaves the size alone.
func (n *node) writeAt(data []byte, off int64) {
	for len(data) > 0 {
		in := off % pageBytes
		part := data[:min(int64(len(data)), pageBytes-in)]
		copy(n.editPage(off / pageBytes)[in:], part)
		data, off = data[len(part):], off+int64(len(part))
	}
}

// cut zeroes all content at and after off.
func (n *node) cut(off int64) {
	first := off / pageBytes
	if in := off % pageBytes; in != 0 {
		if pg := n.page(first); pg != nil && !isZero(pg[in:]) {
			clear(n.editPage(first)[in:])
		}
		first++
	}
	end := int64(len(n.chunks)) * pagesPerChunk
	for i := first; i < end; i++ {
		n.dropPage(i)
	}
}

// hasData tells whether any page in [off, end) is other than a hole.
func (n *node) hasData(off, end int64) bool {
	for i := off / pageBytes; i*pageBytes < end; i++ {
		if n.page(i) != nil {
			return true
		}
	}
	return false
}

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

var zeroPage [pageBytes]byte

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

// settle makes every page's sum known, so that copies of t can be hashed by many
// goroutines without a write to what they share.
func (t *tree) settle() {
	for _, n := range t.nodes[1:] {
		n.sum()
	}
}
