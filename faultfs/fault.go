package faultfs

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// ErrInjected is in the chain of every error that a [Fault] made, beside the
// errno that the operating system would have returned.
var ErrInjected = errors.New("injected fault")

// ErrFault reports the text of a fault that cannot be read.
var ErrFault = errors.New("bad fault")

// FaultKind is what a fault makes fail, and how.
type FaultKind uint8

const (
	// FaultSync makes fsync and fdatasync return EIO: nothing is forced, and what
	// becomes of the bytes is for [Profile.SyncFailure] to say.
	FaultSync FaultKind = iota
	// FaultWrite makes a write return EIO and write nothing.
	FaultWrite
	// FaultSpace makes a write return ENOSPC and write nothing.
	FaultSpace
)

type faultKind struct {
	name  string
	errno syscall.Errno
}

var faultKinds = []faultKind{
	FaultSync: {"sync-error", syscall.EIO}, FaultWrite: {"write-error", syscall.EIO}, FaultSpace: {"no-space", syscall.ENOSPC},
}

// String returns the word for k.
func (k FaultKind) String() string {
	if int(k) < len(faultKinds) {
		return faultKinds[k].name
	}
	return "unknown"
}

// Fault makes some of a disk's calls fail. Its text form is that of
// [Fault.String].
type Fault struct {
	Kind FaultKind
	// Path is a pattern of [path.Match] for the name under which a file was
	// opened: for the full path if it has a slash, else for the last part.
	Path string
	// Skip is how many calls that match go well before the first one fails.
	Skip int
	// Times is how many fail; 0 is all.
	Times int
}

// String returns for instance "sync-error *.log skip 2 times 1".
func (f Fault) String() string {
	out := f.Kind.String() + " " + f.Path
	if f.Skip > 0 {
		out += " skip " + strconv.Itoa(f.Skip)
	}
	if f.Times > 0 {
		out += " times " + strconv.Itoa(f.Times)
	}
	return out
}

// ParseFault reads the text form.
func ParseFault(text string) (Fault, error) {
	words := strings.Split(text, " ")
	if len(words) < 2 {
		return Fault{}, fmt.Errorf("%w: got %q, want KIND PATTERN", ErrFault, text)
	}
	kind := slices.IndexFunc(faultKinds, func(k faultKind) bool { return k.name == words[0] })
	if kind < 0 {
		return Fault{}, fmt.Errorf("%w: unknown kind %q", ErrFault, words[0])
	}
	f := Fault{Kind: FaultKind(kind), Path: words[1]}
	if _, err := path.Match(f.Path, ""); err != nil || f.Path == "" {
		return Fault{}, fmt.Errorf("%w: pattern %q", ErrFault, f.Path)
	}
	for rest := words[2:]; len(rest) >= 2; rest = rest[2:] {
		n, _ := strconv.Atoi(rest[1])
		switch rest[0] {
		case "skip":
			f.Skip = n
		case "times":
			f.Times = n
		}
	}
	if f.String() != text {
		return Fault{}, fmt.Errorf("%w: got %q, want KIND PATTERN, skip N, times N in this order", ErrFault, text)
	}
	return f, nil
}

// FaultCount is what became of a fault.
type FaultCount struct {
	Fault Fault
	// Matched is how many calls it was for; Fired, how many of them it failed.
	// A fault that never fired tested nothing.
	Matched, Fired int
}

// injector decides which calls fail. The disk's lock guards it.
type injector []FaultCount

func newInjector(faults []Fault) injector {
	var in injector
	for _, f := range faults {
		in = append(in, FaultCount{Fault: f})
	}
	return in
}

// fire returns the error of the first fault that fails the call, nil for none, and
// whether any fault was for it.
func (in injector) fire(name string, kinds ...FaultKind) (err error, matched bool) {
	for i := range in {
		c := &in[i]
		if !slices.Contains(kinds, c.Fault.Kind) || !c.Fault.matches(name) {
			continue
		}
		c.Matched++
		matched = true
		due := c.Matched > c.Fault.Skip && (c.Fault.Times == 0 || c.Fired < c.Fault.Times)
		if due && err == nil {
			c.Fired++
			err = fmt.Errorf("%w: %w", ErrInjected, faultKinds[c.Fault.Kind].errno)
		}
	}
	return err, matched
}

func (f Fault) matches(name string) bool {
	if !strings.Contains(f.Path, "/") {
		name = path.Base(name)
	}
	ok, _ := path.Match(f.Path, name)
	return ok
}
