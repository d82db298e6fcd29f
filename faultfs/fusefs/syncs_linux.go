package fusefs

import (
	"syscall"

	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// HoldSyncs has the gate asked about all syncs of the disk that is attached under the
// name from now on, until that is detached; a nil gate ends it. It needs somebody who
// sees them before they enter the kernel: package sandbox.
func (s *Server) HoldSyncs(name string, gate SyncGate) {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	if number, ok := s.files.find(name); ok {
		s.files.setGate(number, gate)
	}
}

// HasGates reports whether there is a gate for any disk.
func (s *Server) HasGates() bool { return s.files.gated.Load() }

// BeforeSync asks the gate of the node's disk, if there is one. The sync begins before,
// with what was stored to the file through mappings on the disk, and ends when the
// kernel asks for it.
func (s *Server) BeforeSync(node uint64, p PendingSync) (dropped func()) {
	s.files.mu.RLock()
	gate := s.files.gates[diskOf(node)]
	s.files.mu.RUnlock()
	if gate == nil {
		return nil
	}
	if s.files.open.mayBeStored(node) {
		s.invalidate(node)
	}
	p.Ino = journal.Ino(node)
	_ = s.files.on(node, func(at inode) error { return at.disk.BeginSync(at.ino, p.Thread) })
	after := gate(p)
	s.stick(node, p, gate)
	return func() {
		_ = s.files.on(node, func(at inode) error {
			at.disk.DropSyncs(p.Thread)
			return nil
		})
		if after != nil {
			after()
		}
	}
}

// stick has a sync that is to be stuck wait, before it enters the kernel: there it would keep
// others from writing to the file, which no file system need do.
func (s *Server) stick(node uint64, p PendingSync, gate SyncGate) {
	var stuck *volume.Stuck
	_ = s.files.on(node, func(at inode) error {
		stuck = at.disk.StickSync(at.ino, p.DataOnly, p.Thread)
		return nil
	})
	if stuck == nil {
		return
	}
	p.Released = stuck.Released
	gate(p)
	_ = s.files.on(node, func(at inode) error {
		at.disk.Drop(stuck)
		return nil
	})
}

// SyncDisk is syncfs of the disk that has the node, or of all disks if it is the
// mount's root: what was stored through mappings is written, and then all that changed
// is synced. The error is a fault's, or that of a disk which is no longer attached.
func (s *Server) SyncDisk(node uint64) syscall.Errno {
	number := diskOf(node)
	if number == 0 {
		s.SyncDisks()
		return 0
	}
	if err := s.forceOut(number); err != nil {
		return syscall.EIO
	}
	return syscall.Errno(s.files.on(nodeOf(number, journal.RootIno), func(at inode) error { return at.disk.SyncAll() }))
}

// SyncDisks is sync: SyncDisk for each disk that is attached.
func (s *Server) SyncDisks() {
	for _, number := range s.files.numbers() {
		s.SyncDisk(nodeOf(number, journal.RootIno))
	}
}

// NoteSyncRange journals a sync_file_range, which the kernel does not pass on, after
// what it may write.
func (s *Server) NoteSyncRange(node uint64, off, length int64) {
	if s.files.open.mayBeStored(node) {
		s.invalidate(node)
	}
	_ = s.files.on(node, func(at inode) error { return at.disk.SyncRange(at.ino, off, length) })
}
