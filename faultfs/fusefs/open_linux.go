package fusefs

import (
	"slices"
	"sync"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// openFiles are the files and directories that the kernel has open, by handle.
// The zero value is none.
type openFiles struct {
	mu   sync.Mutex
	last uint64
	by   map[uint64]openFile
}

type openFile struct {
	disk uint32
	node uint64
	// mayStore says that a mapping may be stored to, which takes a descriptor that
	// is open for reading and for writing.
	mayStore bool
	// handle is what syncs that are made through it were told.
	handle *volume.Handle
	// list is what a directory held when its reading began.
	list []fuse.DirEntry
}

// add returns a handle for a node of a disk that was opened with these flags.
func (o *openFiles) add(disk uint32, node uint64, flags uint32, h *volume.Handle) uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.by == nil {
		o.by = map[uint64]openFile{}
	}
	o.last++
	o.by[o.last] = openFile{disk: disk, node: node, mayStore: flags&syscall.O_ACCMODE == syscall.O_RDWR, handle: h}
	return o.last
}

// opening returns what was opened with a handle, nil if nobody knows.
func (o *openFiles) opening(handle uint64) *volume.Handle {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.by[handle].handle
}

func (o *openFiles) remove(handle uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.by, handle)
}

// nodes returns what is open on a disk, or on all of them if disk is 0, in
// order; only what may be stored to through a mapping if mayStore.
func (o *openFiles) nodes(disk uint32, mayStore bool) []uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []uint64
	for _, f := range o.by {
		if (disk == 0 || f.disk == disk) && (f.mayStore || !mayStore) {
			out = append(out, f.node)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mayBeStored reports whether a file may be stored to through a mapping.
func (o *openFiles) mayBeStored(node uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.by {
		if f.node == node && f.mayStore {
			return true
		}
	}
	return false
}

// setList keeps what a directory holds for the rest of its reading.
func (o *openFiles) setList(handle uint64, list []fuse.DirEntry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f := o.by[handle]
	f.list = list
	o.by[handle] = f
}

func (o *openFiles) list(handle uint64) []fuse.DirEntry {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.by[handle].list
}
