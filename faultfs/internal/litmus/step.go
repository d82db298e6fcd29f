// Package litmus has the small language of file system tests: steps as text, such
// as "append f 100 A", and images as text, such as "d/ d/f=100A+28z".
package litmus

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

// Step runs one step on a disk:
//
//	create F, append F N L, write F OFF N L, truncate F SIZE
//	fsync F, fdatasync F, range F, dirsync D, failsync F (which must fail)
//	osync F OFF N L, odsync F OFF N L (a write with O_SYNC, O_DSYNC)
//	mkdir D, unlink F, link F TO, symlink F TARGET
//	rename F TO, replace F TO (as rename(2) does), exchange F TO, noreplace F TO
//	allocate F OFF N, reserve F OFF N (the size stays), zero F OFF N
//	chmod F MODE, unnamed #I, invoke CALL, return CALL
//
//	arm FAULT, space BYTES, space all
//	failing STEP (which must fail by a fault)
//
// A step that syncs may be followed by while and another step, which runs before the
// sync is over: "fsync F while append F N L".
//
// N is a number of bytes, L the letter that they are, z for zeros. A file without
// a name has its inode number for one: unnamed #2 makes it, and write, fsync
// and link take that name too.
//
// What the disk refuses is its error, with an errno in the chain; a text that is no
// step has none.
func Step(d *faultfs.Disk, text string) error {
	if sync, other, ok := strings.Cut(text, " while "); ok {
		return stepWhile(d, sync, other)
	}
	if step, ok := strings.CutPrefix(text, "failing "); ok {
		return failing(Step(d, step), step)
	}
	words := strings.Fields(text)
	if len(words) < 2 {
		return fmt.Errorf("step %q: want a verb and a name", text)
	}
	verb, name, rest := words[0], words[1], words[2:]
	if verb == "arm" || verb == "space" {
		return faultStep(d, verb, words[1:])
	}
	if n, ok := arguments[verb]; !ok || n != len(rest) {
		return fmt.Errorf("unknown step %q, or its number of arguments", text)
	}
	if strings.HasPrefix(name, "#") {
		return inodeStep(d, verb, name[1:], rest)
	}
	switch verb {
	case "rename":
		return d.Rename(name, rest[0])
	case "link":
		return d.Link(name, rest[0])
	case "replace":
		return Rename(d, name, rest[0], inodes.RenameOver)
	case "exchange":
		return Rename(d, name, rest[0], inodes.RenameExchange)
	case "noreplace":
		return Rename(d, name, rest[0], inodes.RenameNoReplace)
	case "symlink":
		return d.SymlinkIfPossible(rest[0], name)
	case "unlink":
		return d.Remove(name)
	case "unnamed":
		return fmt.Errorf("step %q: want a number, as #2", text)
	case "mkdir":
		return d.Mkdir(name, 0o755)
	case "chmod":
		return chmod(d, name, rest[0])
	case "invoke":
		return mark(name, d.Invoke)
	case "return":
		return mark(name, d.Return)
	}
	if mode, ok := allocations[verb]; ok {
		return allocate(d, name, mode, rest)
	}
	return fileStep(d, verb, name, rest)
}

// failing returns what is wrong with the error of a step that a fault fails.
func failing(err error, step string) error {
	if !errors.Is(err, fault.ErrInjected) {
		return fmt.Errorf("%s: got %v, want an injected fault", step, err)
	}
	return nil
}

// faultStep gives the disk a fault, or a limit to its space.
func faultStep(d *faultfs.Disk, verb string, rest []string) error {
	if verb == "arm" {
		f, err := fault.Parse(strings.Join(rest, " "))
		if err != nil {
			return err
		}
		return d.Arm(f)
	}
	if rest[0] == "all" {
		d.LiftSpace()
		return nil
	}
	bytes, err := strconv.ParseInt(rest[0], 10, 64)
	if err == nil {
		d.LimitSpace(bytes)
	}
	return err
}

// stepWhile makes a step that syncs, and another one before the sync is over.
func stepWhile(d *faultfs.Disk, sync, other string) error {
	during := &meanwhile{disk: d, step: other, err: fmt.Errorf("step %q syncs nothing", sync)}
	d.SetGate(during)
	err := Step(d, sync)
	return errors.Join(err, during.err)
}

// meanwhile is the gate of a disk that makes a step while the first sync runs.
type meanwhile struct {
	disk *faultfs.Disk
	step string
	err  error
}

func (m *meanwhile) Pass() {}

func (m *meanwhile) Hold() {
	m.disk.SetGate(nil)
	m.err = Step(m.disk, m.step)
}

func (m *meanwhile) Stick(released <-chan struct{}) { <-released }

func chmod(d *faultfs.Disk, name, octal string) error {
	mode, err := strconv.ParseUint(octal, 8, 9)
	if err != nil {
		return err
	}
	return d.Chmod(name, fs.FileMode(mode))
}

func mark(call string, mark func(int) int) error {
	number, err := strconv.Atoi(call)
	if err == nil {
		mark(number)
	}
	return err
}

var allocations = map[string]volume.AllocateMode{
	"allocate": volume.AllocateExtend, "reserve": volume.AllocateKeepSize, "zero": volume.AllocateZero,
}

func allocate(d *faultfs.Disk, name string, mode volume.AllocateMode, rest []string) error {
	ino, err := Ino(d, name)
	if err != nil {
		return err
	}
	off, err := strconv.ParseInt(rest[0], 10, 64)
	if err != nil {
		return err
	}
	length, err := strconv.ParseInt(rest[1], 10, 64)
	if err != nil {
		return err
	}
	return d.Inodes().Allocate(ino, mode, off, length)
}

// arguments are the verbs and how many words follow the name.
var arguments = map[string]int{
	"rename": 1, "link": 1, "replace": 1, "exchange": 1, "noreplace": 1, "symlink": 1, "unlink": 0, "mkdir": 0,
	"allocate": 2, "reserve": 2, "zero": 2, "chmod": 1, "unnamed": 0, "invoke": 0, "return": 0,
	"create": 0, "append": 2, "write": 3, "osync": 3, "odsync": 3, "truncate": 1,
	"fsync": 0, "dirsync": 0, "failsync": 0, "fdatasync": 0, "range": 0,
}

// flags are those that a verb opens its file with; O_RDWR otherwise.
var flags = map[string]int{
	"create": os.O_RDWR | os.O_CREATE | os.O_EXCL, "append": os.O_RDWR | os.O_APPEND, "dirsync": os.O_RDONLY,
	"osync": os.O_RDWR | os.O_SYNC, "odsync": os.O_RDWR | syscall.O_DSYNC,
}

func fileStep(d *faultfs.Disk, verb, name string, rest []string) error {
	flag, ok := flags[verb]
	if !ok {
		flag = os.O_RDWR
	}
	opened, err := d.OpenFile(name, flag, 0o644)
	if err != nil {
		return err
	}
	defer opened.Close()
	f := opened.(*faultfs.File)
	switch verb {
	case "append":
		data, err := ParseRuns(rest[0] + rest[1])
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	case "write", "osync", "odsync":
		off, data, err := parseWrite(rest)
		if err == nil {
			_, err = f.WriteAt(data, off)
		}
		return err
	case "truncate":
		size, err := strconv.ParseInt(rest[0], 10, 64)
		if err == nil {
			err = f.Truncate(size)
		}
		return err
	case "fsync", "dirsync":
		return f.Sync()
	case "failsync":
		return failing(f.Sync(), "failsync "+name)
	case "fdatasync":
		return f.SyncData()
	case "range":
		return f.SyncRange(0, 1<<20)
	}
	return nil
}

func inodeStep(d *faultfs.Disk, verb, number string, rest []string) error {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return err
	}
	ino, view := tree.Ino(n), d.Inodes()
	switch verb {
	case "unnamed":
		made, err := view.CreateUnnamed(0o644)
		if err == nil && made.Ino != ino {
			err = fmt.Errorf("unnamed #%s made #%d", number, made.Ino)
		}
		return err
	case "write":
		off, data, err := parseWrite(rest)
		if err == nil {
			_, err = view.Write(ino, data, off, volume.SyncNone)
		}
		return err
	case "fsync":
		return view.Sync(ino, false, 0)
	case "link":
		dir, err := Ino(d, path.Dir(rest[0]))
		if err == nil {
			_, err = view.Link(ino, dir, path.Base(rest[0]))
		}
		return err
	}
	return fmt.Errorf("step %s #%s: it takes a path", verb, number)
}

// parseWrite reads OFF N L.
func parseWrite(words []string) (off int64, data []byte, err error) {
	if off, err = strconv.ParseInt(words[0], 10, 64); err == nil {
		data, err = ParseRuns(words[1] + words[2])
	}
	return off, data, err
}

// Rename renames as a kernel does, by the inodes of the directories.
func Rename(d *faultfs.Disk, from, to string, mode inodes.RenameMode) error {
	dir, err := Ino(d, path.Dir(from))
	if err != nil {
		return err
	}
	toDir, err := Ino(d, path.Dir(to))
	if err != nil {
		return err
	}
	return d.Inodes().Rename(dir, path.Base(from), toDir, path.Base(to), mode)
}

// Ino returns the number of the file that name leads to.
func Ino(d *faultfs.Disk, name string) (tree.Ino, error) {
	info, err := d.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Sys().(tree.Ino), nil
}
