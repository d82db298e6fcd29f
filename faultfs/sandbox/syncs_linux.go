package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// Syncs are the calls of a sandbox's processes by which they sync, caught before they
// enter the kernel (seccomp_unotify(2)):
//
//   - fsync, fdatasync and msync with MS_SYNC of a file in the mount go on once the
//     server has let them, see [fusefs.Server.BeforeSync];
//   - syncfs of the mount and sync are done by the server and answered without being
//     run: sync would sync the machine that this runs on;
//   - sync_file_range of a file in the mount is noted and goes on;
//   - calls on other files go on at once.
//
// What comes by another way is not seen before: writes with O_SYNC or O_DSYNC,
// io_uring, and the calls of 32-bit programs.
type Syncs struct {
	listener *os.File
	stop     *os.File // an event that ends the receiving
	numbers  machine
	mount    deviceNumber
	server   *fusefs.Server
	gone     chan struct{} // closed by Close
	ended    chan struct{} // closed when no more calls are received
	answers  sync.WaitGroup
	close    sync.Once
}

// ServeSyncs answers the calls that sync until Close, by a server of the sandbox's
// device. It takes the listener over; without one the error says why.
func (s *Sandbox) ServeSyncs(server *fusefs.Server) (*Syncs, error) {
	if s.listener == nil {
		return nil, fmt.Errorf("calls that sync are not watched: %s", s.SyncsUnseen)
	}
	stop, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	w := &Syncs{
		listener: s.listener, stop: os.NewFile(uintptr(stop), "stop"), numbers: machines[runtime.GOARCH], mount: s.mount,
		server: server, gone: make(chan struct{}), ended: make(chan struct{}),
	}
	s.listener = nil
	wakeAtOnce(w.listener.Fd())
	go w.receive()
	return w, nil
}

// Close ends the answering, and returns when nobody is asked any more. It is called when
// the sandbox's processes are dead: calls that come later fail with ENOSYS. A second
// Close does nothing.
func (w *Syncs) Close() {
	w.close.Do(func() {
		close(w.gone)
		if _, err := w.stop.Write(binary.NativeEndian.AppendUint64(nil, 1)); err != nil {
			panic(fmt.Sprintf("sandbox: end the receiving of calls that sync: %v", err))
		}
		<-w.ended
		w.answers.Wait()
		w.listener.Close()
		w.stop.Close()
	})
}

// receive takes one call after the other until it is stopped. It blocks its thread: one
// that the kernel wakes answers in a tenth of the time of one that the runtime wakes.
func (w *Syncs) receive() {
	defer close(w.ended)
	for {
		c, err := next(w.listener.Fd(), w.stop.Fd())
		switch {
		case err == nil:
			w.take(c)
		case errors.Is(err, errStopped):
			return
		case !errors.Is(err, unix.ENOENT): // its thread was killed
			panic(fmt.Sprintf("sandbox: receive a call that syncs: %v", err))
		}
	}
}

// take answers a call, or has it answered: what may wait is done beside.
func (w *Syncs) take(c call) {
	switch uint32(c.number) {
	case w.numbers.sync:
		w.beside(func() {
			w.server.SyncDisks()
			w.answer(c.id, 0)
		})
	case w.numbers.syncfs:
		w.beside(func() { w.syncFS(c) })
	case w.numbers.syncFileRange:
		w.beside(func() { w.syncRange(c) })
	default:
		if w.server.HasGates() {
			w.beside(func() { w.hold(c) })
			return
		}
		w.letIn(c.id)
	}
}

func (w *Syncs) beside(do func()) { w.answers.Go(do) }

// syncFS has the server sync the disk of a file in the mount.
func (w *Syncs) syncFS(c call) {
	node, ok := w.node(c)
	if !ok {
		w.letIn(c.id)
		return
	}
	w.answer(c.id, w.server.SyncDisk(node))
}

// syncRange notes a range that the kernel will not refuse.
func (w *Syncs) syncRange(c call) {
	const allFlags = unix.SYNC_FILE_RANGE_WAIT_BEFORE | unix.SYNC_FILE_RANGE_WRITE | unix.SYNC_FILE_RANGE_WAIT_AFTER
	off, length, flags := int64(c.args[1]), int64(c.args[2]), uint32(c.args[3])
	if node, ok := w.node(c); ok && off >= 0 && length >= 0 && off+length >= 0 && flags&^allFlags == 0 {
		w.server.NoteSyncRange(node, off, length)
	}
	w.letIn(c.id)
}

// hold lets a sync in when the server does.
func (w *Syncs) hold(c call) {
	nodes, dataOnly := w.synced(c)
	var dropped []func()
	for _, node := range nodes {
		f := w.server.BeforeSync(node, fusefs.PendingSync{DataOnly: dataOnly, Thread: c.insideThread(), Gone: w.gone})
		if f != nil {
			dropped = append(dropped, f)
		}
	}
	if w.letIn(c.id) {
		return
	}
	for _, f := range dropped {
		f()
	}
}

// synced returns the nodes of the mount that a call syncs.
func (w *Syncs) synced(c call) (nodes []uint64, dataOnly bool) {
	if uint32(c.number) == w.numbers.msync {
		return w.ifWaiting(c, c.mapped(w.mount)), true
	}
	if node, ok := w.node(c); ok {
		nodes = []uint64{node}
	}
	return nodes, uint32(c.number) == w.numbers.fdatasync
}

// node returns the node of the mount that a call's descriptor is open on.
func (w *Syncs) node(c call) (node uint64, ok bool) {
	f, err := deviceOf(unix.AT_FDCWD, fmt.Sprintf("/proc/%d/fd/%d", c.thread, int32(c.args[0])))
	if err != nil || f.number != w.mount {
		return 0, false
	}
	found := w.ifWaiting(c, []uint64{f.node})
	return f.node, len(found) > 0
}

// ifWaiting returns what was found out of a call's thread, nothing if that does not
// wait any more: the thread of that number may be another one.
func (w *Syncs) ifWaiting(c call, found []uint64) []uint64 {
	if !c.waits(w.listener.Fd()) {
		return nil
	}
	return found
}

// letIn has the kernel run a call. It reports false if nobody waits for it any more.
func (w *Syncs) letIn(id uint64) bool {
	return response{id: id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}.send(w.listener.Fd())
}

// answer ends a call without running it.
func (w *Syncs) answer(id uint64, errno syscall.Errno) {
	response{id: id, errno: -int32(errno)}.send(w.listener.Fd())
}
