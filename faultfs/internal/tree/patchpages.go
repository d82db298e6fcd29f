package tree

import "sync"

// runPagesMax is how many pages one write takes at most: beyond it, copying
// them together costs as much as another call.
const runPagesMax = 64

// pageWriter changes the content of files, page by page.
type pageWriter struct {
	to interface {
		Resize(path string, size int64) error
		WriteAt(path string, p []byte, off int64) error
	}
}

// change makes a file's content a into b. The size goes first: what is cut off
// is gone, and what is new reads as zeros, as it does in a.
func (w *pageWriter) change(path string, a, b *Node) error {
	if a.Size != b.Size {
		if err := w.to.Resize(path, b.Size); err != nil {
			return err
		}
	}
	chunks := max(len(a.chunks), len(b.chunks))
	pages := min((b.Size+PageBytes-1)/PageBytes, int64(chunks)*pagesPerChunk)
	from, to := int64(0), int64(0) // of the run of pages that is to be written
	for i := int64(0); i < pages; i++ {
		if i%pagesPerChunk == 0 && a.chunk(i/pagesPerChunk) == b.chunk(i/pagesPerChunk) {
			i += pagesPerChunk - 1
			continue
		}
		if samePage(a.Page(i), b.Page(i)) {
			continue
		}
		if to == 0 || i-to > gapPagesMax || i-from >= runPagesMax || hasHole(b, to, i) {
			if err := w.writePages(path, b, from, to); err != nil {
				return err
			}
			from = i
		}
		to = i + 1
	}
	return w.writePages(path, b, from, to)
}

// gapPagesMax is how many pages that are the same in both one write may take: they cost
// less than another call.
const gapPagesMax = 2

// hasHole reports whether one of the pages [from, to) takes no memory, which a write would
// change.
func hasHole(n *Node, from, to int64) bool {
	for i := from; i < to; i++ {
		if n.Page(i) == nil {
			return true
		}
	}
	return false
}

// writePages writes the pages [from, to) of b, as far as the file goes.
func (w *pageWriter) writePages(path string, b *Node, from, to int64) error {
	if from >= to {
		return nil
	}
	off := from * PageBytes
	n := min(to*PageBytes, b.Size) - off
	if to-from == 1 && b.Page(from) != nil {
		return w.to.WriteAt(path, b.Page(from)[:n], off)
	}
	buf := runs.Get().(*[runPagesMax * PageBytes]byte)
	defer runs.Put(buf)
	b.ReadAt(buf[:n], off)
	return w.to.WriteAt(path, buf[:n], off)
}

// runs has buffers for the pages of one write.
var runs = sync.Pool{New: func() any { return new([runPagesMax * PageBytes]byte) }}

// chunk returns the run of pages, nil for zeros.
func (n *Node) chunk(index int64) *chunk {
	if index >= int64(len(n.chunks)) {
		return nil
	}
	return n.chunks[index]
}

func samePage(a, b *[PageBytes]byte) bool {
	if a == nil {
		a = &zeroPage
	}
	if b == nil {
		b = &zeroPage
	}
	return a == b || *a == *b
}
