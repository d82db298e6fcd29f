package fusefs

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// fileSystem answers the kernel's requests from the attached disks.
//
// A node's number is the disk's number and the inode's number on the disk. Neither
// is ever used again, so nothing must be remembered of what the kernel knows. Disk
// 0 is the mount's root directory, and so node 1 is the root, as FUSE has it.
type fileSystem struct {
	fuse.RawFileSystem
	// invalidate has the kernel forget what it cached of a node. It is called
	// without locks.
	invalidate func(node uint64)
	// outdate has the kernel forget the attributes of a node.
	outdate func(node uint64)
	open    openFiles
	// known counts the references to nodes that the kernel has and did not give
	// back.
	known atomic.Int64
	// calls counts the requests that were answered on disks.
	calls atomic.Uint64

	// mu is held for reading while a request uses a disk, so that who detaches one
	// waits for the requests.
	mu    sync.RWMutex
	disks map[uint32]*inodes.View
	gates map[uint32]SyncGate
	gone  map[uint32]chan struct{} // closed when the disk is detached
	last  uint32                   // the number given out last
	gated atomic.Bool              // gates is not empty
}

func newFileSystem(invalidate, outdate func(node uint64)) *fileSystem {
	return &fileSystem{
		RawFileSystem: fuse.NewDefaultRawFileSystem(),
		invalidate:    invalidate,
		outdate:       outdate,
		disks:         map[uint32]*inodes.View{},
		gates:         map[uint32]SyncGate{},
		gone:          map[uint32]chan struct{}{},
	}
}

func (f *fileSystem) attach(d *faultfs.Disk) uint32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	f.disks[f.last], f.gone[f.last] = d.Inodes(), make(chan struct{})
	return f.last
}

// attached returns the number of the disk that is attached under a name.
func (f *fileSystem) attached(name string) (uint32, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.find(name)
}

func (f *fileSystem) find(name string) (uint32, bool) {
	number, err := strconv.ParseUint(name, 10, 32)
	if err != nil || strconv.FormatUint(number, 10) != name || f.disks[uint32(number)] == nil {
		return 0, false
	}
	return uint32(number), true
}

func (f *fileSystem) detach(name string) (uint32, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	number, ok := f.find(name)
	if ok {
		close(f.gone[number])
	}
	delete(f.disks, number)
	delete(f.gone, number)
	f.setGate(number, nil)
	return number, ok
}

func (f *fileSystem) detachAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, gone := range f.gone {
		close(gone)
	}
	clear(f.gone)
	clear(f.disks)
	clear(f.gates)
	f.gated.Store(false)
}

// setGate sets a disk's gate, nil for none. The lock is held.
func (f *fileSystem) setGate(number uint32, gate SyncGate) {
	f.gates[number] = gate
	if gate == nil {
		delete(f.gates, number)
	}
	f.gated.Store(len(f.gates) > 0)
}

// numbers returns the numbers of the attached disks, in order.
func (f *fileSystem) numbers() []uint32 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.Sorted(maps.Keys(f.disks))
}

// inode is what a node means while its disk is in use.
type inode struct {
	disk   *inodes.View
	number uint32 // the disk's
	ino    journal.Ino
}

func nodeOf(number uint32, ino journal.Ino) uint64 { return uint64(number)<<32 | uint64(ino) }

func diskOf(node uint64) uint32 { return uint32(node >> 32) }

// on does something with a node that is on a disk. The mount's root cannot be
// changed, and is answered for elsewhere.
func (f *fileSystem) on(node uint64, do func(inode) error) fuse.Status {
	f.mu.RLock()
	defer f.mu.RUnlock()
	defer f.calls.Add(1)
	at := inode{number: diskOf(node), ino: journal.Ino(node)}
	if at.number == 0 {
		return fuse.EROFS
	}
	if at.disk = f.disks[at.number]; at.disk == nil {
		return fuse.Status(syscall.ESTALE)
	}
	return statusOf(do(at))
}

// onData is on for a call that may change a file's size. If it fails it may have done so
// all the same.
func (f *fileSystem) onData(node uint64, do func(inode) error) fuse.Status {
	status := f.on(node, do)
	if !status.Ok() {
		f.outdate(node)
	}
	return status
}

// statusOf returns the number of an error of a disk.
func statusOf(err error) fuse.Status {
	var errno syscall.Errno
	switch {
	case err == nil:
		return fuse.OK
	case errors.As(err, &errno):
		return fuse.Status(errno)
	}
	return fuse.EIO
}

// attrValid is how long the kernel may keep attributes: for ever, as only the
// kernel changes them. It forgets what its own requests change.
const attrValid = 24 * time.Hour

// entry answers with an inode that the kernel will refer to until it forgets it.
// The name is valid for no time, so that every use of it asks again.
func (f *fileSystem) entry(in *fuse.InHeader, number uint32, a inodes.Attr, out *fuse.EntryOut) {
	f.known.Add(1)
	out.NodeId = nodeOf(number, a.Ino)
	out.SetAttrTimeout(attrValid)
	out.Attr = attributes(in, number, a)
}

func (f *fileSystem) Forget(_, lookups uint64) { f.known.Add(-int64(lookups)) }

const blockBytes = 4096

// attributes describes an inode as stat does. Disks keep no owner, so everything
// belongs to whoever asks; nobody else may use the mount. Times are counted in
// events, as seconds.
func attributes(in *fuse.InHeader, number uint32, a inodes.Attr) fuse.Attr {
	const sectorBytes = 512
	blocks := (uint64(a.SizeBytes) + blockBytes - 1) / blockBytes
	return fuse.Attr{
		Ino:    nodeOf(number, a.Ino),
		Mode:   modeBits(a.Type) | uint32(a.Perm.Perm()),
		Size:   uint64(a.SizeBytes),
		Blocks: blocks * (blockBytes / sectorBytes), Blksize: blockBytes,
		Nlink: uint32(a.Links),
		Mtime: uint64(a.Time), Ctime: uint64(a.Time), Atime: uint64(a.Time),
		Owner: in.Owner,
	}
}

func modeBits(t fs.FileMode) uint32 {
	switch t {
	case fs.ModeDir:
		return syscall.S_IFDIR
	case fs.ModeSymlink:
		return syscall.S_IFLNK
	}
	return syscall.S_IFREG
}

func rootAttr() inodes.Attr {
	return inodes.Attr{Ino: journal.RootIno, Type: fs.ModeDir, Perm: 0o755, Links: 1}
}
