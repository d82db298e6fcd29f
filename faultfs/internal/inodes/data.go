package inodes

import (
	"io/fs"
	"maps"
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Read reads from off on into p; fewer bytes than len(p) where the file ends. EIO where
// any of them cannot be read.
func (s *View) Read(ino tree.Ino, p []byte, off int64) (int, error) {
	s.vol.RLock()
	defer s.vol.RUnlock()
	n, err := s.inode(ino)
	switch {
	case err != nil:
		return 0, err
	case n.IsDir:
		return 0, syscall.EISDIR
	case n.Target != "" || off < 0:
		return 0, syscall.EINVAL
	}
	read, err := n.Read(p, off)
	if err != nil {
		return 0, err // the kernel asks for each page by itself then
	}
	return read, nil
}

// Write writes p at off, all or nothing, and then syncs as after says. If the
// sync fails, the bytes are there all the same.
func (s *View) Write(ino tree.Ino, p []byte, off int64, after volume.WriteSync) (written int, err error) {
	err = s.onFile(ino, func(_ *tree.Node, path string) error {
		switch {
		case off < 0:
			return syscall.EINVAL
		case len(p) == 0:
			return nil
		}
		return s.vol.Write(ino, path, p, off, after)
	})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// Resize sets the file's size; where it grows it reads as zeros. EFBIG beyond
// 64 GiB.
func (s *View) Resize(ino tree.Ino, size int64) error {
	return s.onFile(ino, func(_ *tree.Node, path string) error {
		if size < 0 {
			return syscall.EINVAL
		}
		return s.vol.Resize(ino, path, size)
	})
}

// Allocate is fallocate. ENOSPC for more than may still be written, EOPNOTSUPP for
// AllocateZero of more than 64 MiB within the file.
func (s *View) Allocate(ino tree.Ino, mode volume.AllocateMode, off, length int64) error {
	if off < 0 || length <= 0 {
		return syscall.EINVAL
	}
	return s.onFile(ino, func(_ *tree.Node, path string) error { return s.vol.Allocate(ino, path, mode, off, length) })
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
	return s.onSync(ino, dataOnly, func(e journal.Event) error {
		begun, ok := s.begun[syncOf{thread, ino}]
		if !ok {
			return s.vol.Sync(e)
		}
		s.drop(func(of syncOf) bool { return of == syncOf{thread, ino} })
		return s.vol.EndSync(e, begun)
	})
}

// BeginSync begins a sync that a later Sync of the same thread ends: a kernel that asks
// for a sync lets nobody write to the file until it is answered.
func (s *View) BeginSync(ino tree.Ino, dataOnly bool, thread uint32) error {
	return s.onSync(ino, dataOnly, func(e journal.Event) error {
		s.begun[syncOf{thread, ino}] = s.vol.BeginSync(e)
		s.running.Store(int32(len(s.begun)))
		return nil
	})
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

func (s *View) onSync(ino tree.Ino, dataOnly bool, do func(journal.Event) error) error {
	return s.onInode(ino, func(n *tree.Node) error {
		if n.Target != "" {
			return syscall.EINVAL
		}
		kind := journal.EventSync
		if dataOnly {
			kind = journal.EventSyncData
		}
		return do(journal.Event{Kind: kind, Ino: ino, Path: s.vol.PathOf(ino)})
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
