package faultfs

// Damage changes bytes of a file as a device does that nobody told to: no call makes the change, so
// that no fault fires, nothing is journaled, and size and times stay. It fails, and changes nothing, if
// there is no such file, or it ends before.
func (d *Disk) Damage(name string, off int64, data []byte) error {
	return d.change("damage", name, func() error { return d.vol.Tree.Overwrite(name, off, data) })
}
