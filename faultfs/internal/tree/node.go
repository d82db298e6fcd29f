package tree

import (
	"io/fs"
	"math"
	"syscall"

	"github.com/ackproof/ackproof/internal/digest"
)

// owner marks what a tree may change in place: a part whose owner is another
// token is shared and copied before its first change.
type owner struct{ _ byte }

// Node is one inode.
type Node struct {
	owner      *owner
	IsDir      bool        // a directory; neither it nor Target set is a file
	Mode       fs.FileMode // permission bits
	Mtime      int64       // time of the last change, in events
	Size       int64       // in bytes
	chunks     []*chunk    // a file's content; nil is zeros
	Names      []Dirent    // a directory's entries, sorted by name
	Target     string      // of a symbolic link; nothing else has one
	PastSize   bool        // there may be content behind size
	Shared     bool        // it may have several names
	Removed    bool        // a directory that is gone, seen by who has it open
	unreadable sectors
	summed     bool // digest is right
	digest     digest.Digest
}

// chunk is a run of pages, the unit in which page tables are shared.
type chunk struct {
	owner  *owner
	own    uint16 // pages that only this chunk holds
	known  uint16 // pages whose sum is right
	summed bool   // total is right
	pages  [pagesPerChunk]*[PageBytes]byte
	sums   [pagesPerChunk]digest.Digest
	total  digest.Digest // of sums
}

// zeroChunk is shared by all chunks of pages that are all zeros. Nobody owns it, so it is
// copied before a change.
var zeroChunk = func() *chunk {
	c := &chunk{owner: new(owner), known: 1<<pagesPerChunk - 1, summed: true}
	for i := range c.pages {
		c.pages[i] = &zeroPage
	}
	return c
}()

// Dirent is a name in a directory, and the inode that it means.
type Dirent struct {
	Name string
	Ino  Ino
}

const pagesPerChunk = 16

// Page returns the page for reading; nil is zeros.
func (n *Node) Page(index int64) *[PageBytes]byte {
	ci := index / pagesPerChunk
	if ci >= int64(len(n.chunks)) || n.chunks[ci] == nil {
		return nil
	}
	return n.chunks[ci].pages[index%pagesPerChunk]
}

// editPage returns the page for changing; n must come from edit.
func (n *Node) editPage(index int64) *[PageBytes]byte {
	c, slot := n.editChunk(index/pagesPerChunk), index%pagesPerChunk
	bit := uint16(1) << slot
	c.known &^= bit
	if c.own&bit == 0 {
		p := new([PageBytes]byte)
		if old := c.pages[slot]; old != nil {
			*p = *old
		}
		c.pages[slot] = p
		c.own |= bit
	}
	return c.pages[slot]
}

func (n *Node) dropPage(index int64) { n.setPage(index, nil) }

// setPage makes the page one that nobody changes; nil is a hole.
func (n *Node) setPage(index int64, page *[PageBytes]byte) {
	if n.Page(index) == page {
		return
	}
	c, slot := n.editChunk(index/pagesPerChunk), index%pagesPerChunk
	bit := uint16(1) << slot
	c.pages[slot], c.own, c.known = page, c.own&^bit, c.known&^bit
	if page == &zeroPage && c.pages == zeroChunk.pages {
		n.chunks[index/pagesPerChunk] = zeroChunk
	}
}

func (n *Node) editChunk(ci int64) *chunk {
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
	n.chunks[ci].summed = false
	return n.chunks[ci]
}

// ReadAt fills p with content from off on, whatever the size says, and with zeros
// where there is none.
func (n *Node) ReadAt(p []byte, off int64) {
	for len(p) > 0 {
		in := off % PageBytes
		part := p[:min(int64(len(p)), PageBytes-in)]
		if pg := n.Page(off / PageBytes); pg != nil {
			copy(part, pg[in:])
		} else {
			clear(part)
		}
		p, off = p[len(part):], off+int64(len(part))
	}
}

// WriteAt stores data at off and leaves the size alone. Pages of zeros take no memory,
// but are no holes. A sector that cannot be read can be again if all of it is written;
// otherwise it stays as it is, and holds nothing.
func (n *Node) WriteAt(data []byte, off int64) {
	n.unreadable = n.unreadable.without(off, off+int64(len(data)))
	defer n.clearUnreadable(off, off+int64(len(data)))
	for len(data) > 0 {
		in := off % PageBytes
		part := data[:min(int64(len(data)), PageBytes-in)]
		switch page := off / PageBytes; {
		case !IsZero(part):
			copy(n.editPage(page)[in:], part)
		case len(part) == PageBytes || n.Page(page) == nil:
			n.setPage(page, &zeroPage)
		default:
			clear(n.editPage(page)[in:][:len(part)])
		}
		data, off = data[len(part):], off+int64(len(part))
	}
}

// clearUnreadable clears what was written in [off, end) to sectors that cannot be read.
func (n *Node) clearUnreadable(off, end int64) {
	for _, s := range n.unreadable.within(off/SectorBytes*SectorBytes, end) {
		clear(n.editPage(s / sectorsPerPage)[s%sectorsPerPage*SectorBytes:][:SectorBytes])
	}
}

// FillHoles makes pages of zeros of the holes in [off, end), which are whole pages.
func (n *Node) FillHoles(off, end int64) {
	for i := off / PageBytes; i*PageBytes < end; i++ {
		if n.Page(i) == nil {
			n.setPage(i, &zeroPage)
		}
	}
}

// cut zeroes all content at and after off.
func (n *Node) cut(off int64) {
	n.unreadable = n.unreadable.without(off, math.MaxInt64)
	first := off / PageBytes
	if in := off % PageBytes; in != 0 {
		if pg := n.Page(first); pg != nil && !IsZero(pg[in:]) {
			clear(n.editPage(first)[in:])
		}
		first++
	}
	whole := (first + pagesPerChunk - 1) / pagesPerChunk // the first chunk that goes as a whole
	for i := first; i < whole*pagesPerChunk; i++ {
		n.dropPage(i)
	}
	n.chunks = n.chunks[:min(whole, int64(len(n.chunks)))]
}

// HasData reports whether any page in [off, end) is other than a hole.
func (n *Node) HasData(off, end int64) bool { return n.NextData(off) < end }

// NextData returns off if it lies in a page that is no hole, or else where the next
// such page begins: past [Node.PageCount] if there is none.
func (n *Node) NextData(off int64) int64 { return n.nextPage(off, true) }

// nextNonZero is NextData, but for pages that are known to be zeros, which it takes for
// holes.
func (n *Node) nextNonZero(off int64) int64 { return n.nextPage(off, false) }

func (n *Node) nextPage(off int64, zeros bool) int64 {
	for i := off / PageBytes; i < n.PageCount(); i++ {
		c := n.chunks[i/pagesPerChunk]
		if c == nil || c == zeroChunk && !zeros {
			i |= pagesPerChunk - 1
			continue
		}
		if p := c.pages[i%pagesPerChunk]; p != nil && (zeros || p != &zeroPage) {
			return max(off, i*PageBytes)
		}
	}
	return math.MaxInt64
}

// Read copies what the file holds from off on, up to its end or, with EIO, to what
// cannot be read, and returns how many bytes that are.
func (n *Node) Read(p []byte, off int64) (int, error) {
	if off >= n.Size {
		return 0, nil
	}
	p = p[:min(int64(len(p)), n.Size-off)]
	end := off + int64(len(p))
	good := n.unreadable.firstPage(off, end) // a kernel reads whole pages
	n.ReadAt(p[:good-off], off)
	if good < end {
		return int(good - off), syscall.EIO
	}
	return len(p), nil
}

// Write stores p at off, and makes the file longer where it ends before.
func (n *Node) Write(p []byte, off int64) {
	n.WriteAt(p, off)
	n.Size = max(n.Size, off+int64(len(p)))
}

// PageCount returns the number of pages that the file has a place for.
func (n *Node) PageCount() int64 { return int64(len(n.chunks)) * pagesPerChunk }

// Ino numbers a file or directory. Numbers are never used again, so an inode in
// a journal means one file for ever. 0 is none, 1 the root directory.
type Ino uint32

// RootIno is the root directory.
const RootIno Ino = 1

// FileType returns fs.ModeDir, fs.ModeSymlink, or 0 for a file.
func (n *Node) FileType() fs.FileMode {
	switch {
	case n.IsDir:
		return fs.ModeDir
	case n.Target != "":
		return fs.ModeSymlink
	}
	return 0
}

// Length returns what Stat calls the size: for a symbolic link that of its
// target.
func (n *Node) Length() int64 { return n.Size + int64(len(n.Target)) }
