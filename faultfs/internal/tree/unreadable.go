package tree

// Spoil makes the sectors in [off, end), which are whole ones, unreadable: what they
// held is gone.
func (n *Node) Spoil(off, end int64) {
	n.WriteAt(make([]byte, end-off), off)
	n.unreadable = n.unreadable.with(off, end)
}

// Unreadable returns the numbers of the sectors that cannot be read, ascending. Nobody
// may change them.
func (n *Node) Unreadable() []int64 { return n.unreadable }

// HasUnreadable reports whether a sector that begins in [off, end) cannot be read.
func (n *Node) HasUnreadable(off, end int64) bool { return len(n.unreadable.within(off, end)) > 0 }

// CopyUnreadable makes unreadable in n what is so in from, in [off, end).
func (n *Node) CopyUnreadable(from *Node, off, end int64) {
	for _, s := range from.unreadable.within(off, end) {
		n.Spoil(s*SectorBytes, (s+1)*SectorBytes)
	}
}

// FailsRead reports whether a read of what the file holds in [off, end) fails in full or
// in part.
func (n *Node) FailsRead(off, end int64) bool {
	end = min(end, n.Size)
	return off < end && n.unreadable.firstPage(off, end) < end
}

// FailsWrite reports whether a write to [off, end) fails, since a page that it changes
// only in part has to be read first and cannot be.
func (n *Node) FailsWrite(off, end int64) bool {
	for _, edge := range []int64{off, end} {
		if page := edge / PageBytes * PageBytes; edge > page && n.unreadable.firstPage(page, page+1) == page {
			return true
		}
	}
	return false
}
