package faultfs

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

// read copies what the file holds from off on, up to its end.
func (n *node) read(p []byte, off int64) int {
	if off >= n.size {
		return 0
	}
	p = p[:min(int64(len(p)), n.size-off)]
	n.readAt(p, off)
	return len(p)
}

// write stores p at off, and makes the file longer where it ends before.
func (n *node) write(p []byte, off int64) {
	n.writeAt(p, off)
	n.size = max(n.size, off+int64(len(p)))
}

// pageCount returns the number of pages that the file has a place for.
func (n *node) pageCount() int64 { return int64(len(n.chunks)) * pagesPerChunk }

var zeroPage [pageBytes]byte

// isZero reports whether data is all zeros.
func isZero(data []byte) bool {
	for len(data) >= pageBytes {
		if [pageBytes]byte(data) != zeroPage {
			return false
		}
		data = data[pageBytes:]
	}
	for len(data) >= 512 {
		if [512]byte(data) != [512]byte{} {
			return false
		}
		data = data[512:]
	}
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
