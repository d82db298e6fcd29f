package faultfs

// runPagesMax is how many pages one write takes at most: beyond it, copying
// them together costs as much as another call.
const runPagesMax = 64

// change makes a file's content a into b. The size goes first: what is cut off
// is gone, and what is new reads as zeros, as it does in a.
func (w *patching) change(path string, a, b *node) error {
	if a.size != b.size {
		if err := w.Resize(path, b.size); err != nil {
			return err
		}
	}
	chunks := max(len(a.chunks), len(b.chunks))
	pages := min((b.size+pageBytes-1)/pageBytes, int64(chunks)*pagesPerChunk)
	from := int64(0) // of the run of changed pages that ends at i
	for i := int64(0); i < pages; {
		next := i + 1
		same := false
		if i%pagesPerChunk == 0 && a.chunk(i/pagesPerChunk) == b.chunk(i/pagesPerChunk) {
			same, next = true, i+pagesPerChunk
		} else {
			same = samePage(a.page(i), b.page(i))
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
func (w *patching) writePages(path string, b *node, from, to int64) error {
	if from >= to {
		return nil
	}
	off := from * pageBytes
	n := min(to*pageBytes, b.size) - off
	if to-from == 1 && b.page(from) != nil {
		return w.WriteAt(path, b.page(from)[:n], off)
	}
	if int64(len(w.buf)) < n {
		w.buf = make([]byte, n)
	}
	b.readAt(w.buf[:n], off)
	return w.WriteAt(path, w.buf[:n], off)
}

// chunk returns the run of pages, nil for zeros.
func (n *node) chunk(index int64) *chunk {
	if index >= int64(len(n.chunks)) {
		return nil
	}
	return n.chunks[index]
}

func samePage(a, b *[pageBytes]byte) bool {
	switch {
	case a == b:
		return true
	case a == nil:
		return *b == zeroPage
	case b == nil:
		return *a == zeroPage
	}
	return *a == *b
}
