package faultfs

// setSector stores a sector's content; nil is zeros.
func (n *node) setSector(off, unit int64, data []byte) {
	switch {
	case data != nil:
		n.writeAt(data, off)
	case unit == pageBytes:
		n.dropPage(off / pageBytes)
	case n.page(off/pageBytes) != nil:
		clear(n.editPage(off / pageBytes)[off%pageBytes:][:unit])
	}
}

// trim drops what lies behind the sizes of files: nobody can read it, and a file
// that grows again reads as zeros there.
func (t *tree) trim() {
	for ino, n := range t.nodes {
		if n != nil && n.ragged {
			n = t.edit(Ino(ino))
			n.cut(n.size)
			n.ragged = false
		}
	}
}

// checkRagged clears the flag where nothing lies behind the size after all.
func (t *tree) checkRagged() {
	for ino, n := range t.nodes {
		if n != nil && n.ragged && !n.behind() {
			t.edit(Ino(ino)).ragged = false
		}
	}
}

// behind tells whether there is content behind the size.
func (n *node) behind() bool {
	first := n.size / pageBytes
	if pg := n.page(first); pg != nil && !isZero(pg[n.size%pageBytes:]) {
		return true
	}
	return n.hasData((first+1)*pageBytes, n.pageCount()*pageBytes)
}
