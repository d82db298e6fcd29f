package tree

// SetSector stores the content of the sector of unit bytes at off; nil is zeros.
func (n *Node) SetSector(off, unit int64, data []byte) {
	switch {
	case data != nil:
		n.WriteAt(data, off)
	case unit == PageBytes:
		n.unreadable = n.unreadable.without(off, off+unit)
		n.dropPage(off / PageBytes)
	case n.Page(off/PageBytes) != nil:
		n.unreadable = n.unreadable.without(off, off+unit)
		clear(n.editPage(off / PageBytes)[off%PageBytes:][:unit])
	}
}

// DropPastSize drops what lies past the sizes of files: nobody can read it, and a
// file that grows again reads as zeros there.
func (t *Tree) DropPastSize() {
	for ino, n := range t.Nodes {
		if n != nil && n.PastSize {
			n = t.Edit(Ino(ino))
			n.cut(n.Size)
			n.PastSize = false
		}
	}
}

// RecheckPastSize clears the mark where nothing lies past the size after all.
func (t *Tree) RecheckPastSize() {
	for ino, n := range t.Nodes {
		if n != nil && n.PastSize && !n.HasDataPastSize() {
			t.Edit(Ino(ino)).PastSize = false
		}
	}
}

// HasDataPastSize reports whether there is content past the size.
func (n *Node) HasDataPastSize() bool {
	first := n.Size / PageBytes
	if k := len(n.unreadable); k > 0 && n.unreadable[k-1]*SectorBytes >= n.Size {
		return true
	}
	if pg := n.Page(first); pg != nil && !IsZero(pg[n.Size%PageBytes:]) {
		return true
	}
	return n.HasData((first+1)*PageBytes, n.PageCount()*PageBytes)
}
