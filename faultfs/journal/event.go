package journal

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// ErrRecord reports a record that no disk can have written.
var ErrRecord = errors.New("bad journal")

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
	// EventSyncFail is an fsync or fdatasync that a fault failed: it forced nothing, and
	// what it leaves is the profile's.
	EventSyncFail
	// EventSymlink made symbolic link Ino, to the target Data, at Path in
	// directory Dir.
	EventSymlink
	// EventExchange gave ToPath in ToDir what Path in Dir meant, Ino, and Path
	// what ToPath meant.
	EventExchange
	// EventSyncBegin is an fsync or fdatasync that began, where others could go on
	// meanwhile. The sync that it becomes has an event of its own, unless its process
	// ended before.
	EventSyncBegin
	// EventFault is a call that a fault failed, Failed with Error, on file Ino if it is
	// there. It did nothing but what events before it say.
	EventFault
)

var eventNames = [...]string{
	EventWrite: "write", EventResize: "resize", EventAllocate: "allocate",
	EventCreate: "create", EventMkdir: "mkdir", EventLink: "link",
	EventRemove: "remove", EventRename: "rename", EventChmod: "chmod",
	EventSync: "sync", EventSyncData: "sync-data", EventSyncRange: "sync-range",
	EventInvoke: "invoke", EventReturn: "return", EventKill: "kill",
	EventSyncFail: "sync-fail", EventSymlink: "symlink", EventExchange: "exchange",
	EventSyncBegin: "sync-begin", EventFault: "fault",
}

// String returns the word for k, "unknown" for none of these.
func (k EventKind) String() string {
	if int(k) < len(eventNames) && eventNames[k] != "" {
		return eventNames[k]
	}
	return "unknown"
}

// MarshalText returns the word.
func (k EventKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the word: [ErrRecord] if there is no such kind.
func (k *EventKind) UnmarshalText(text []byte) error {
	for kind, name := range eventNames {
		if name == string(text) && name != "" {
			*k = EventKind(kind)
			return nil
		}
	}
	return fmt.Errorf("%w: unknown kind of event %q", ErrRecord, text)
}

// Event is one thing that happened to a disk. Its number is its place in the
// journal, which is also the time on the logical clock.
type Event struct {
	// Kind is what happened, and which of the other fields mean something.
	Kind EventKind `json:"kind"`
	// Ino is the file or directory that it happened to.
	Ino tree.Ino `json:"ino,omitempty"`
	// Dir is the directory that holds the name, Path the full name under which the
	// event came, without symbolic links.
	Dir  tree.Ino `json:"dir,omitempty"`
	Path string   `json:"path,omitempty"`
	// ToDir and ToPath are the new name of a link or rename, or the other one of
	// an exchange.
	ToDir  tree.Ino `json:"toDir,omitempty"`
	ToPath string   `json:"toPath,omitempty"`
	// Off and Len are in bytes: where a write began, the new size, or the range
	// that was allocated or synced.
	Off int64 `json:"off,omitempty"`
	Len int64 `json:"len,omitempty"`
	// Mode are the permission bits that were set.
	Mode fs.FileMode `json:"mode,omitempty"`
	// Data are the bytes as written, or a link's target, never to be changed.
	Data []byte `json:"data,omitempty"`
	// During is how many events happened while a sync ran. It covers only what came
	// before these: see [Journal.Began].
	During int `json:"during,omitempty"`
	// Failed is the call that a fault failed, and Error what it said. Lands says that
	// the call had done what it was to do all the same. A sync that went well has both if
	// the next sync of the file is to say Error.
	Failed fault.Call  `json:"failed,omitempty"`
	Error  fault.Error `json:"error,omitempty"`
	Lands  bool        `json:"lands,omitempty"`
	// Full says that no fault failed the call: the disk had no space for it.
	Full bool `json:"full,omitempty"`
	// Call is the call in flight; 0 if there is none, or more than one.
	Call int `json:"call,omitempty"`
	// Stack numbers the stack that issued the event, 0 for none.
	Stack int `json:"stack,omitempty"`
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
	case EventFault:
		return e.faultText()
	case EventSyncFail:
		return fmt.Sprintf("sync-fail %s: %s", e.Path, e.Error)
	}
	if e.FailsLate() {
		return fmt.Sprintf("%s %s, and the next one says %s", e.Kind, e.Path, e.Error)
	}
	return fmt.Sprintf("%s %s", e.Kind, e.Path)
}

// faultText returns for instance "fault rename /a to /b: EIO, done all the same".
func (e Event) faultText() string {
	out := fmt.Sprintf("fault %s %s", e.Failed, e.Path)
	if e.ToPath != "" {
		out += " to " + e.ToPath
	}
	out += ": " + e.Error.String()
	if e.Lands {
		out += ", done all the same"
	}
	if e.Full {
		out += ", the disk is full"
	}
	return out
}

// IsMark reports whether e belongs to the history, not to the disk: a call that
// was invoked or returned, or a kill.
func (e Event) IsMark() bool {
	return e.Kind == EventInvoke || e.Kind == EventReturn || e.Kind == EventKill
}

// IsSync reports whether e may force effects: an fsync or fdatasync that went well.
func (e Event) IsSync() bool { return e.Kind == EventSync || e.Kind == EventSyncData }

// FailsLate reports whether e is a sync that went well, and whose file's next sync fails.
func (e Event) FailsLate() bool { return e.IsSync() && e.Failed != fault.AnyCall }

// IsFault reports whether e is a call that a fault failed.
func (e Event) IsFault() bool { return e.Kind == EventFault || e.Kind == EventSyncFail }

// FailedBy reports whether e may be a call that f failed.
func (e Event) FailedBy(f fault.Fault) bool {
	names := []string{e.Path}
	if e.ToPath != "" {
		names = append(names, e.ToPath)
	}
	return (e.IsFault() || e.FailsLate()) && !e.Full && e.Lands == f.Lands && f.Fails(e.Failed, e.Error, names...)
}
