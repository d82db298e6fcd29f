package journal

import (
	"fmt"
	"io/fs"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// EventKind is what happened to a disk.
type EventKind uint8

// The kinds of events.
const (
	// EventWrite stored Data at Off, and made the file longer where it reached
	// beyond the end.
	EventWrite EventKind = iota + 1
	// EventResize set the size to Off.
	EventResize
	// EventAllocate reserved space and changed nothing that can be read.
	EventAllocate
	// EventCreate made file Ino at Path in directory Dir, or without a name if
	// Dir is 0.
	EventCreate
	// EventMkdir made directory Ino at Path in directory Dir.
	EventMkdir
	// EventLink gave file Ino the further name ToPath in directory ToDir.
	EventLink
	// EventRemove took the name Path of Ino from directory Dir.
	EventRemove
	// EventRename moved Ino from Path in Dir to ToPath in ToDir, over what was
	// there.
	EventRename
	// EventChmod set the permission bits.
	EventChmod
	// EventSync is a completed fsync of file or directory Ino.
	EventSync
	// EventSyncData is a completed fdatasync.
	EventSyncData
	// EventSyncRange is a completed sync_file_range of Len bytes at Off.
	EventSyncRange
	// EventInvoke marks that call Call was invoked.
	EventInvoke
	// EventReturn marks that call Call returned.
	EventReturn
	// EventKill marks that the process that used the disk was killed.
	EventKill
	// EventSyncFail is an fsync or fdatasync that returned an error.
	EventSyncFail
	// EventSymlink made symbolic link Ino, to the target Data, at Path in
	// directory Dir.
	EventSymlink
	// EventExchange gave ToPath in ToDir what Path in Dir meant, Ino, and Path
	// what ToPath meant.
	EventExchange
)

var eventNames = [...]string{
	EventWrite: "write", EventResize: "resize", EventAllocate: "allocate",
	EventCreate: "create", EventMkdir: "mkdir", EventLink: "link",
	EventRemove: "remove", EventRename: "rename", EventChmod: "chmod",
	EventSync: "sync", EventSyncData: "sync-data", EventSyncRange: "sync-range",
	EventInvoke: "invoke", EventReturn: "return", EventKill: "kill",
	EventSyncFail: "sync-fail", EventSymlink: "symlink", EventExchange: "exchange",
}

// String returns the word for k.
func (k EventKind) String() string {
	if int(k) < len(eventNames) && eventNames[k] != "" {
		return eventNames[k]
	}
	return "unknown"
}

// Event is one thing that happened to a disk. Its number is its place in the
// journal, which is also the time on the logical clock.
type Event struct {
	Kind EventKind
	Ino  tree.Ino
	// Dir and Path name the directory that holds the name, and the full name
	// under which the event came.
	Dir  tree.Ino
	Path string
	// ToDir and ToPath are the new name of a link or rename, or the other one of
	// an exchange.
	ToDir  tree.Ino
	ToPath string
	Off    int64
	Len    int64
	Mode   fs.FileMode
	// Data are the bytes as written, or a link's target, never to be changed.
	Data []byte
	// Call is the call in flight, 0 where none or not known.
	Call int
	// Stack numbers the stack that issued the event, 0 for none.
	Stack int
}

// String returns the event as one line.
func (e Event) String() string {
	switch e.Kind {
	case EventWrite:
		return fmt.Sprintf("write %s %d bytes at %d", e.Path, len(e.Data), e.Off)
	case EventResize:
		return fmt.Sprintf("resize %s to %d", e.Path, e.Off)
	case EventAllocate, EventSyncRange:
		return fmt.Sprintf("%s %s %d bytes at %d", e.Kind, e.Path, e.Len, e.Off)
	case EventLink, EventRename:
		return fmt.Sprintf("%s %s to %s", e.Kind, e.Path, e.ToPath)
	case EventExchange:
		return fmt.Sprintf("exchange %s and %s", e.Path, e.ToPath)
	case EventSymlink:
		return fmt.Sprintf("symlink %s to %s", e.Path, e.Data)
	case EventInvoke, EventReturn:
		return fmt.Sprintf("%s call %d", e.Kind, e.Call)
	case EventKill:
		return "kill"
	case EventChmod:
		return fmt.Sprintf("chmod %s %v", e.Path, e.Mode)
	}
	return fmt.Sprintf("%s %s", e.Kind, e.Path)
}

// IsMark reports whether e belongs to the history, not to the disk.
func (e Event) IsMark() bool {
	return e.Kind == EventInvoke || e.Kind == EventReturn || e.Kind == EventKill
}

// IsSync reports whether e may force effects.
func (e Event) IsSync() bool { return e.Kind == EventSync || e.Kind == EventSyncData }
