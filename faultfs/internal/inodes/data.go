package inodes

import (
	"errors"
	"io/fs"
	"maps"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Read reads from off on into p; fewer bytes than len(p) where the file ends. EIO where
// any of them cannot be read.
func (s *View) Read(ino tree.Ino, p []byte, off int64) (int, error) {
	mayFail := s.vol.LockToLook()
	defer s.vol.UnlockToLook(mayFail)
	n, err := s.inode(ino)
	switch {
	case err != nil:
		return 0, err
	case n.IsDir:
		return 0, syscall.EISDIR
	case n.Target != "" || off < 0:
		return 0, syscall.EINVAL
	}
	if n.FailsRead(off, off+int64(len(p))) {
		return 0, syscall.EIO // the kernel asks for each page by itself then
	}
	if mayFail {
		if err := s.failRead(ino, off, int64(len(p))); err != nil {
			return 0, err
		}
	}
	return n.Read(p, off)
}

// readAgainMax bounds how often a kernel that is refused asks for the page that it needs before
// it tells the process. It does so once for read(2), whose first request counts as reading
// ahead, and three times for a page-in, which it begins anew; more often where signals come
// meanwhile, as those by which Go preempts (measured on Linux 6.18).
const readAgainMax = 64

// failRead returns the error of a fault that fails a read. What a kernel asks for again,
// before the process knows of it, is the same read. Nobody can tell that from a process that
// reads again, so within one call of the subject that is the same read too.
func (s *View) failRead(ino tree.Ino, off, length int64) error {
	was, ok := s.failed[ino]
	delete(s.failed, ino)
	if ok && was.again > 0 && was.marks == s.vol.Marks() && off >= was.off && off+length <= was.end {
		s.failed[ino] = failedRead{off, off + length, was.err, was.marks, was.again - 1}
		return was.err
	}
	err := s.vol.Look(fault.Read, s.file(ino))
	if err != nil {
		again := readAgainMax
		if errors.Is(err, syscall.EINTR) {
			again = 1 // the process reads again by itself
		}
		s.failed[ino] = failedRead{off, off + length, err, s.vol.Marks(), again}
	}
	return err
}

// Write writes p at off, all or nothing or, where a fault says so, the first half, and
// then syncs as after says. If the sync fails, the bytes are there all the same.
func (s *View) Write(ino tree.Ino, p []byte, off int64, after volume.WriteSync) (written int, err error) {
	err = s.onFile(ino, func(f volume.File) (err error) {
		switch {
		case off < 0:
			return syscall.EINVAL
		case len(p) == 0:
			return nil
		}
		written, err = s.vol.Write(f, p, off, after)
		return err
	})
	if written > 0 {
		return written, nil // a write says one thing, how much or why not
	}
	return 0, err
}

// Open opens a file or directory. Its only errors are ESTALE and a fault's. The handle is
// for syncs, whose lock guards it.
func (s *View) Open(ino tree.Ino) (h *volume.Handle, err error) {
	err = s.onInode(ino, func(*tree.Node) error {
		seen := s.vol.NewHandle(ino)
		h = &seen
		return s.vol.Open(s.file(ino), false)
	})
	return h, err
}

// Close ends the use of a file that somebody has open. Its only error is a fault's.
func (s *View) Close(ino tree.Ino) error {
	s.vol.RWMutex.Lock()
	path := s.vol.PathOf(ino)
	s.vol.RWMutex.Unlock()
	return s.vol.Close(volume.File{Ino: ino, Path: path})
}

// Resize sets the file's size; where it grows it reads as zeros. EFBIG beyond
// 64 GiB.
func (s *View) Resize(ino tree.Ino, size int64) error {
	return s.onFile(ino, func(f volume.File) error {
		if size < 0 {
			return syscall.EINVAL
		}
		return s.vol.Resize(f, size)
	})
}

// Allocate is fallocate. ENOSPC for more than may still be written, EOPNOTSUPP for
// AllocateZero of more than 64 MiB within the file.
func (s *View) Allocate(ino tree.Ino, mode volume.AllocateMode, off, length int64) error {
	if off < 0 || length <= 0 {
		return syscall.EINVAL
	}
	return s.onFile(ino, func(f volume.File) error { return s.vol.Allocate(f, mode, off, length) })
}

// Chmod sets the permission bits. Crashes do not lose them. EOPNOTSUPP for a
// symbolic link.
func (s *View) Chmod(ino tree.Ino, perm fs.FileMode) error {
	return s.onInode(ino, func(n *tree.Node) error {
		if n.Target != "" {
			return syscall.EOPNOTSUPP
		}
		s.vol.Chmod(ino, s.vol.PathOf(ino), perm)
		return nil
	})
}

// Sync is fsync of a file or directory, or fdatasync if dataOnly. EINVAL for a symbolic
// link. It covers what was written before the thread's BeginSync of the same inode, if
// there was one, and uses that up.
func (s *View) Sync(ino tree.Ino, dataOnly bool, thread uint32) error {
	return s.onSync(ino, func(f volume.File) error {
		begun, ok := s.begun[syncOf{thread, ino}]
		if !ok {
			return s.vol.Sync(f, dataOnly)
		}
		s.drop(func(of syncOf) bool { return of == syncOf{thread, ino} })
		return s.vol.EndSync(f, dataOnly, begun)
	})
}

// TrySync is Sync through an opening of the file, nil if nobody knows which, for who can
// wait otherwise: a sync that is stuck is returned. [View.Finish] or [View.Drop] ends it.
func (s *View) TrySync(ino tree.Ino, dataOnly bool, thread uint32, h *volume.Handle) (stuck *volume.Stuck, err error) {
	err = s.onSync(ino, func(f volume.File) (err error) {
		f.Handle = h
		begun, ok := s.begun[syncOf{thread, ino}]
		if !ok {
			begun = s.vol.Now(ino)
		}
		s.drop(func(of syncOf) bool { return of == syncOf{thread, ino} })
		stuck, err = s.vol.TrySync(f, dataOnly, begun)
		return err
	})
	return stuck, err
}

// Finish ends a sync that was stuck, and is no longer.
func (s *View) Finish(stuck *volume.Stuck) {
	s.vol.RWMutex.Lock()
	defer s.vol.RWMutex.Unlock()
	s.vol.Finish(stuck)
}

// Drop says that a sync is stuck no longer: its caller is dead, or asks for its end now.
func (s *View) Drop(stuck *volume.Stuck) {
	s.vol.RWMutex.Lock()
	defer s.vol.RWMutex.Unlock()
	s.vol.Drop(stuck)
}

// BeginSync begins a sync that a later Sync of the same thread ends: a kernel that asks
// for a sync lets nobody write to the file until it is answered.
func (s *View) BeginSync(ino tree.Ino, thread uint32) error {
	return s.onSync(ino, func(f volume.File) error {
		s.begun[syncOf{thread, ino}] = s.vol.BeginSync(f)
		s.running.Store(int32(len(s.begun)))
		return nil
	})
}

// StickSync returns the sync that a thread began if it is to be stuck, nil otherwise. It is
// ended by Drop, and then by TrySync as one that goes well.
func (s *View) StickSync(ino tree.Ino, dataOnly bool, thread uint32) (stuck *volume.Stuck) {
	_ = s.onSync(ino, func(f volume.File) error {
		if begun, ok := s.begun[syncOf{thread, ino}]; ok {
			stuck = s.vol.Stick(f, dataOnly, &begun)
			s.begun[syncOf{thread, ino}] = begun
		}
		return nil
	})
	return stuck
}

// DropSyncs forgets the syncs that a thread began, if there are any: it was killed, or it
// does something else, so no sync follows.
func (s *View) DropSyncs(thread uint32) {
	if s.running.Load() == 0 {
		return
	}
	s.vol.Lock()
	defer s.vol.Unlock()
	s.drop(func(of syncOf) bool { return of.thread == thread })
}

func (s *View) drop(which func(syncOf) bool) {
	maps.DeleteFunc(s.begun, func(of syncOf, _ volume.Begun) bool { return which(of) })
	s.running.Store(int32(len(s.begun)))
}

func (s *View) onSync(ino tree.Ino, do func(volume.File) error) error {
	return s.onInode(ino, func(n *tree.Node) error {
		if n.Target != "" {
			return syscall.EINVAL
		}
		return do(s.file(ino))
	})
}

// SyncAll is syncfs: an fsync of each file and directory that changed since its last
// one. Its only error is a fault's.
func (s *View) SyncAll() error {
	s.vol.Lock()
	defer s.vol.Unlock()
	return s.vol.SyncAll()
}

// SyncRange is sync_file_range, by which nothing is durable.
func (s *View) SyncRange(ino tree.Ino, off, length int64) error {
	return s.onInode(ino, func(*tree.Node) error {
		s.vol.Record(journal.Event{Kind: journal.EventSyncRange, Ino: ino, Path: s.vol.PathOf(ino), Off: off, Len: length})
		return nil
	})
}
