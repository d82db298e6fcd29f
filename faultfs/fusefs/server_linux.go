package fusefs

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/hanwen/go-fuse/v2/fuse"
	"golang.org/x/sys/unix"
)

// requestBytesMax is the size of the longest write or read that the kernel sends
// as one request.
const requestBytesMax = 1 << 20

// ErrClosed reports that the mount is served no more: the server was closed, or
// the mount's namespace ended.
var ErrClosed = errors.New("the mount is served no more")

// Server serves disks at one mount point. Its methods may be called from many
// goroutines, but from no process that uses the mount.
type Server struct {
	files  *fileSystem
	fuse   *fuse.Server
	device *os.File      // a second descriptor: the mount lives until both are closed
	ended  chan struct{} // closed when no request is answered any more
	stop   chan struct{} // closed by Close
	ticks  sync.WaitGroup

	// telling is held for reading while the kernel is told something. The kernel
	// may wait for answers meanwhile, so the server answers until it is free.
	telling sync.RWMutex
	closed  bool
}

// Serve answers the requests of a mounted device until Close. It takes over the
// device, in case of an error too. Nobody else may hold a descriptor of it.
func Serve(device *os.File, o Options) (*Server, error) {
	fd, err := unix.FcntlInt(device.Fd(), unix.F_DUPFD_CLOEXEC, 1)
	if err != nil {
		device.Close()
		return nil, fmt.Errorf("duplicate the FUSE device: %w", err)
	}
	unix.CloseOnExec(int(device.Fd()))
	s := &Server{device: device, ended: make(chan struct{}), stop: make(chan struct{})}
	s.files = newFileSystem(s.invalidate, s.outdate)
	// From here on the descriptor belongs to the library.
	if s.fuse, err = fuse.NewServer(s.files, fmt.Sprintf("/dev/fd/%d", fd), mountOptions()); err != nil {
		device.Close()
		return nil, fmt.Errorf("serve the FUSE device: %w", err)
	}
	go func() {
		defer close(s.ended)
		s.fuse.Serve()
	}()
	if o.WritebackEvery > 0 {
		s.ticks.Add(1)
		go s.writeBack(o.WritebackEvery)
	}
	return s, nil
}

func mountOptions() *fuse.MountOptions {
	return &fuse.MountOptions{
		Name:     "ackproof",
		MaxWrite: requestBytesMax,
		// Nobody but the kernel changes a disk, so what it caches stays right; its own
		// invalidation on every new mtime would push mapped pages out at random.
		ExplicitDataCacheControl: true,
		DisableXAttrs:            true,
		DisableReadDirPlus:       true, // entries are valid for no time, so it saves nothing
		DisableSplice:            true,
		// The requester gets an error for everything that would be logged.
		Logger: log.New(io.Discard, "", 0),
		// A panic is a bug here, never an I/O error of the engine's disk.
		PanicHandler: func(bug any) fuse.Status { panic(bug) },
	}
}

// Calls returns how many requests were answered so far, by which who waits for a
// process that uses the mount sees that it goes on.
func (s *Server) Calls() uint64 { return s.files.calls.Load() }

// Attach makes the disk's root appear as a directory in the mount's root and
// returns its name, which was never used before.
func (s *Server) Attach(d *faultfs.Disk) string {
	return strconv.FormatUint(uint64(s.files.attach(d)), 10)
}

// Detach makes the directory disappear. When it returns the disk is not touched
// any more; what is still open there fails with ESTALE or EIO, and the kernel has
// forgotten the rest. Stores through mappings that were not forced out are lost: see
// Sync. A name that is not attached is ignored.
func (s *Server) Detach(name string) {
	number, ok := s.files.detach(name)
	if !ok {
		return
	}
	// The kernel forgets what it cached, so that reads fail and memory is freed. A
	// mount that is gone has forgotten already.
	_ = s.tell(func() fuse.Status { return s.fuse.EntryNotify(fuse.FUSE_ROOT_ID, name) })
	s.forget(number)
}

// Sync forces all stores through mappings in the directory, which were made before
// the call, out as writes: when it returns, the disk's journal has them.
func (s *Server) Sync(name string) error {
	number, ok := s.files.attached(name)
	if !ok {
		return fmt.Errorf("sync %s: %w", name, os.ErrNotExist)
	}
	if err := s.forceOut(number); err != nil {
		return fmt.Errorf("sync %s: %w", name, err)
	}
	return nil
}

// DropCache has the kernel forget what it has read of the files of a disk that are open, as it
// may at any time, so that reads and page-ins ask the disk again. Stores through mappings are
// forced out before. While calls may fail, other files are forgotten when they are opened. A
// name that is not attached is ignored.
func (s *Server) DropCache(name string) {
	if number, ok := s.files.attached(name); ok {
		s.forget(number)
	}
}

// forget has the kernel forget what it has read of a disk's files that are open.
func (s *Server) forget(number uint32) {
	for _, node := range s.files.open.nodes(number, false) {
		s.invalidate(node)
	}
}

// forceOut forces all stores through mappings of a disk's files out as writes.
func (s *Server) forceOut(number uint32) error {
	for _, node := range s.files.open.nodes(number, true) {
		if err := s.tell(func() fuse.Status { return s.fuse.InodeNotify(node, 0, 0) }); err != nil {
			return err
		}
	}
	return nil
}

// invalidate has the kernel write out what it holds of a file and forget it. A
// kernel that does not answer has nothing to forget.
func (s *Server) invalidate(node uint64) {
	_ = s.tell(func() fuse.Status { return s.fuse.InodeNotify(node, 0, 0) })
}

// outdate has the kernel ask for a file's attributes anew. It asks for nothing itself, so
// that it may be told this while it waits for an answer.
func (s *Server) outdate(node uint64) {
	const noPages = -1
	_ = s.tell(func() fuse.Status { return s.fuse.InodeNotify(node, noPages, 0) })
}

// tell has the kernel told something. No other lock may be held: the kernel may
// send requests before it answers. What the kernel does not know is no error.
func (s *Server) tell(notify func() fuse.Status) error {
	s.telling.RLock()
	defer s.telling.RUnlock()
	select {
	case <-s.ended:
		return ErrClosed
	default:
	}
	if s.closed {
		return ErrClosed
	}
	if status := notify(); !status.Ok() && status != fuse.ENOENT {
		return syscall.Errno(status)
	}
	return nil
}

// writeBack forces stores through mappings out, again and again.
func (s *Server) writeBack(every time.Duration) {
	defer s.ticks.Done()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-s.ended:
			return
		case <-tick.C:
		}
		for _, node := range s.files.open.nodes(0, true) {
			s.invalidate(node)
		}
	}
}

// Close ends serving and waits until no disk is touched and no goroutine is left.
// The kernel then fails all that use the mount.
func (s *Server) Close() error {
	s.telling.Lock() // waits for those who need answers
	again := s.closed
	s.closed = true
	s.telling.Unlock()
	if again {
		return nil
	}
	close(s.stop)
	s.ticks.Wait()
	s.files.detachAll() // who calls on and on gets errors, and gives up
	err := s.end()
	// The last descriptor: the kernel aborts the connection.
	return errors.Join(err, s.device.Close())
}

// end makes the goroutines that read requests return. The library ends them only
// when the kernel takes the mount away, which takes rights in the mount's
// namespace. So a read fails from now on where there is no request, and those that
// wait for one are interrupted, and tried again by the kernel. SIGURG is the signal
// with which the Go runtime interrupts its threads at any time.
func (s *Server) end() error {
	if err := unix.SetNonblock(int(s.device.Fd()), true); err != nil {
		return fmt.Errorf("end serving: %w", err)
	}
	// Threads that are not there yet will see that the device does not block.
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("end serving: %w", err)
	}
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			_ = unix.Tgkill(os.Getpid(), id, unix.SIGURG) // it may have ended
		}
	}
	<-s.ended
	return nil
}

// Mount opens the FUSE device, which no child inherits, and mounts it at dir. It
// needs the right to mount in the caller's mount namespace. Until somebody serves
// the device all that use the mount wait; when it is closed they get errors.
func Mount(dir string) (*os.File, error) {
	// Not by package os, which would make reads from it return at once.
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.EACCES) {
		return nil, fmt.Errorf("open /dev/fuse: %w: let everybody use it, as most distributions do (chmod a+rw /dev/fuse)", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open /dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40000,user_id=%d,group_id=%d", fd, os.Geteuid(), os.Getegid())
	if err := unix.Mount("ackproof", dir, "fuse.ackproof", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("mount FUSE at %s: %w", dir, err)
	}
	return os.NewFile(uintptr(fd), "/dev/fuse"), nil
}
