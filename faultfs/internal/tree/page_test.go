package tree

import (
	"bytes"
	"math"
	"testing"

	"github.com/ackproof/ackproof/internal/digest"
)

// TestZerosTakeNoMemory: all pages of zeros are one, whatever stood there.
func TestZerosTakeNoMemory(t *testing.T) {
	tree := New()
	n := tree.Inode(tree.Add(false, 0o644))
	n.Write(bytes.Repeat([]byte("x"), 3*PageBytes), PageBytes)
	n.Write(make([]byte, 40*PageBytes), 2*PageBytes+100)
	n.Write([]byte("end"), 100*PageBytes)
	for _, want := range []struct {
		page        int64
		hole, zeros bool
	}{{0, true, false}, {1, false, false}, {2, false, false}, {3, false, true}, {30, false, true}, {42, false, true}, {43, true, false}, {100, false, false}} {
		got := n.Page(want.page)
		if hole, zeros := got == nil, got == &zeroPage; hole != want.hole || zeros != want.zeros {
			t.Errorf("page %d: got hole %v, zeros %v, want %v, %v", want.page, hole, zeros, want.hole, want.zeros)
		}
	}
	got := make([]byte, 3*PageBytes)
	n.ReadAt(got, PageBytes)
	want := append(bytes.Repeat([]byte("x"), PageBytes+100), make([]byte, 2*PageBytes-100)...)
	if !bytes.Equal(got, want) {
		t.Error("the bytes before and after the zeros are wrong")
	}
}

// TestChunksOfZerosAreOne: a file that was filled with zeros takes no memory but for the
// list of its chunks, a change of it changes no other, and zeros again bring it back.
func TestChunksOfZerosAreOne(t *testing.T) {
	const pages = 3 * pagesPerChunk
	for name, fill := range map[string]func(*Node){
		"in one write": func(n *Node) { n.WriteAt(make([]byte, pages*PageBytes), 0) },
		"page by page": func(n *Node) {
			for i := range int64(pages) {
				n.WriteAt(make([]byte, PageBytes), i*PageBytes)
			}
		},
		"filling holes": func(n *Node) { n.FillHoles(0, pages*PageBytes) },
	} {
		a, b := &Node{Size: pages * PageBytes}, &Node{}
		fill(a)
		fill(b)
		for i := range int64(3) {
			if a.chunk(i) != zeroChunk {
				t.Errorf("%s: chunk %d is a chunk of its own", name, i)
			}
		}
		if a.HasData(0, 1) != true || a.nextNonZero(0) != math.MaxInt64 {
			t.Errorf("%s: the zeros are holes, or no zeros", name)
		}
		zeros := a.sum()
		a.summed = false
		a.WriteAt([]byte("x"), 20*PageBytes)
		if got := a.nextNonZero(0); got != 20*PageBytes || a.sum() == zeros {
			t.Errorf("%s: got data at %d and digest %v", name, got, a.sum())
		}
		if b.nextNonZero(0) != math.MaxInt64 || zeroChunk.total != (digest.Digest{}) {
			t.Fatalf("%s: a change of one file changed another", name)
		}
		a.summed = false
		a.WriteAt(make([]byte, pagesPerChunk*PageBytes), pagesPerChunk*PageBytes)
		if a.chunk(1) != zeroChunk || a.sum() != zeros {
			t.Errorf("%s: zeros over it are not as before", name)
		}
	}
}

// TestNextData: the pages that are not holes are found in their order.
func TestNextData(t *testing.T) {
	n := &Node{}
	n.WriteAt([]byte("a"), 10)
	n.WriteAt([]byte("b"), 50*PageBytes)
	for _, c := range [][2]int64{{0, 0}, {7, 7}, {PageBytes, 50 * PageBytes}, {50*PageBytes + 1, 50*PageBytes + 1}} {
		if got := n.NextData(c[0]); got != c[1] {
			t.Errorf("from %d: got %d, want %d", c[0], got, c[1])
		}
	}
	if n.HasData(51*PageBytes, 1<<40) {
		t.Error("data after the last page")
	}
	n.cut(PageBytes)
	if n.HasData(PageBytes, 1<<40) || !n.HasData(0, 1) {
		t.Error("the cut took too much or too little")
	}
}

// TestSumsFollowChanges: a digest remembers nothing that is no longer so.
func TestSumsFollowChanges(t *testing.T) {
	changed := New()
	ino := changed.Add(false, 0o644)
	changed.SetName(RootIno, "f", ino)
	changed.Edit(ino).Write(bytes.Repeat([]byte("x"), 40*PageBytes), 0)
	before := NewImage(changed.Freeze())
	changed.Edit(ino).Write([]byte("y"), 20*PageBytes)
	after := NewImage(changed.Freeze())
	changed.Edit(ino).Write([]byte("x"), 20*PageBytes)
	if again := NewImage(changed.Freeze()); again.Hash() != before.Hash() || after.Hash() == before.Hash() {
		t.Errorf("got %v, %v and %v, want the first and the last alike", before.Hash(), after.Hash(), again.Hash())
	}
}
