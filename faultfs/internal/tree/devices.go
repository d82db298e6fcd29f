package tree

import "maps"

// Devices says which device each inode of a tree is on: 0, or the number of a mount
// point, from 1. The zero value is a tree on one device.
type Devices struct {
	of     map[Ino]int // nil: all on 0
	mounts map[Ino]bool
}

// Devices returns the devices of a tree with a device of its own at each of the
// directories. A path that leads to no directory mounts none.
func (t *Tree) Devices(mounts []string) Devices {
	if len(mounts) == 0 {
		return Devices{}
	}
	at := map[Ino]int{}
	for i, name := range mounts {
		if ino, err := t.Resolve(name); err == nil && t.Inode(ino).IsDir {
			at[ino] = i + 1
		}
	}
	d := Devices{of: map[Ino]int{}, mounts: map[Ino]bool{}}
	for ino := range at {
		d.mounts[ino] = true
	}
	t.assign(d, at, RootIno, 0)
	return d
}

func (t *Tree) assign(d Devices, at map[Ino]int, ino Ino, device int) {
	if own := at[ino]; own > 0 {
		device = own
	}
	d.Put(ino, device)
	for _, e := range t.Inode(ino).Names {
		t.assign(d, at, e.Ino, device)
	}
}

// Of returns the device of an inode.
func (d Devices) Of(ino Ino) int { return d.of[ino] }

// IsMount reports whether a device is mounted at the inode.
func (d Devices) IsMount(ino Ino) bool { return d.mounts[ino] }

// NoDevice is the device of a file that never had a name: any, until it gets one.
const NoDevice = -1

// Put says which device an inode is on.
func (d Devices) Put(ino Ino, device int) {
	if d.of != nil {
		d.of[ino] = device
	}
}

// Clone returns a copy that goes its own way.
func (d Devices) Clone() Devices { return Devices{of: maps.Clone(d.of), mounts: d.mounts} }
