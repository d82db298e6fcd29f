package tree

import (
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/zeebo/xxh3"
)

// Image is the files and bytes that a disk holds at one moment. It never
// changes; images share what they have in common. The zero value is not an
// image: see [EmptyImage].
type Image struct {
	tree  *Tree
	hash  digest.Digest
	links digest.Digest // of which names share a file; zero if none do
}

// EmptyImage returns an image with nothing but a root directory.
func EmptyImage() *Image { return NewImage(New()) }

// Of returns what the image holds; nobody may change it.
func Of(img *Image) *Tree { return img.tree }

// NewImage takes t, which nobody may change afterwards.
func NewImage(t *Tree) *Image {
	t.SumPages()
	t.owner = nil
	img := &Image{tree: t}
	img.hash, img.links = t.sum()
	return img
}

// Hash returns the digest of all that can be reached in the image: names, sizes,
// bytes, what cannot be read, targets of symbolic links, and which names share a file. Permission bits
// and times are left out.
func (img *Image) Hash() digest.Digest { return img.hash }

// AllReadable reports whether every byte of every file can be read.
func (img *Image) AllReadable() bool {
	ok := true
	img.tree.Walk(func(_ string, _ Ino, n *Node) { ok = ok && len(n.unreadable) == 0 })
	return ok
}

// sum returns the digest of what can be reached from the root, and that of which
// names share a file.
func (t *Tree) sum() (total, links digest.Digest) {
	var seen map[Ino]uint64 // by file that may have several names: its first
	t.Walk(func(p string, ino Ino, n *Node) {
		place := xxh3.HashString(p)
		content := n.sum()
		if n.Shared {
			if first, again := seen[ino]; again {
				content, links = content.Add(digest.HashWords(first)), links.Add(digest.HashWords(place, first))
			} else if seen == nil {
				seen = map[Ino]uint64{ino: place}
			} else {
				seen[ino] = place
			}
		}
		total = total.Add(digest.HashWords(place, content.Hi, content.Lo))
	})
	return total, links
}

// FileInfo is a name in an image.
type FileInfo struct {
	// Path is the name from the root, with a slash before it.
	Path string
	// Ino is the same for the names of one file.
	Ino Ino
	// IsDir marks a directory.
	IsDir bool
	// Target is where a symbolic link points; "" for all else.
	Target string
	// SizeBytes is the length of a file.
	SizeBytes int64
}

// Files returns every name in the image, a directory before its entries, in the
// order of names. The root is left out. The slice is the caller's.
func (img *Image) Files() []FileInfo {
	var out []FileInfo
	img.tree.Walk(func(p string, ino Ino, n *Node) {
		if ino != RootIno {
			out = append(out, FileInfo{Path: p, Ino: ino, IsDir: n.IsDir, Target: n.Target, SizeBytes: n.Size})
		}
	})
	return out
}

// ReadFile returns the content of the file at name, or that a symbolic link at
// name leads to. The bytes are the caller's. An error is a [fs.PathError].
func (img *Image) ReadFile(name string) ([]byte, error) {
	ino, err := img.tree.Resolve(name)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	n := img.tree.Inode(ino)
	if n.IsDir {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	data := make([]byte, n.Size)
	n.ReadAt(data, 0)
	return data, nil
}

// ReadAt fills p with what the file ino holds from off on, and with zeros behind its end.
func (img *Image) ReadAt(ino Ino, p []byte, off int64) { img.tree.Inode(ino).ReadAt(p, off) }

// NextData returns the offset, from off on, of the first byte of the file ino that lies
// in a page which is not known to be zeros: past its end if there is none.
func (img *Image) NextData(ino Ino, off int64) int64 { return img.tree.Inode(ino).nextNonZero(off) }

// SizeBytes returns what the pages of all files take that are not known to be zeros,
// and the sum of the sizes.
func (img *Image) SizeBytes() (data, size int64) {
	img.tree.Walk(func(_ string, _ Ino, n *Node) {
		size += n.Size
		for off := n.nextNonZero(0); off < n.Size; off = n.nextNonZero((off/PageBytes + 1) * PageBytes) {
			data += PageBytes
		}
	})
	return data, size
}

// String returns the names and sizes, one a line.
func (img *Image) String() string {
	var b strings.Builder
	for _, f := range img.Files() {
		switch {
		case f.IsDir:
			fmt.Fprintf(&b, "%s/\n", f.Path)
		case f.Target != "":
			fmt.Fprintf(&b, "%s -> %s\n", f.Path, f.Target)
		default:
			fmt.Fprintf(&b, "%s %d\n", f.Path, f.SizeBytes)
		}
	}
	return b.String()
}
