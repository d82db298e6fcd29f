package tree

// runPagesMax is how many pages one write takes at most: beyond it, copying
// them together costs as much as another call.
const runPagesMax = 64

// pageWriter changes the content of files, page by page.
type pageWriter struct {
	to interface {
		Resize(path string, size int64) error
		WriteAt(path string, p []byte, off int64) error
	}
	buf []byte
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
	from := int64(0) // of the run of changed pages that ends at i
	for i := int64(0); i < pages; {
		next := i + 1
		same := false
		if i%pagesPerChunk == 0 && a.chunk(i/pagesPerChunk) == b.chunk(i/pagesPerChunk) {
			same, next = true, i+pagesPerChunk
		} else {
			same = samePage(a.Page(i), b.Page(i))
		}
		if same || i-from == runPagesMax {
			if err := w.writePages(path, b, from, i); err != nil {
				return err
			}
			from = i
		}
		if same {
			from = next
		}
		i = next
	}
	return w.writePages(path, b, from, pages)
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
	if int64(len(w.buf)) < n {
		w.buf = make([]byte, n)
	}
	b.ReadAt(w.buf[:n], off)
	return w.to.WriteAt(path, w.buf[:n], off)
}

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
