// Package fault has what makes a disk's calls fail: small values that print and
// parse back, and count how often they fired. It is for contributors and their
// tests: who tests an engine needs none of it.
package fault

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

// ErrText reports the text of a fault that cannot be read.
var ErrText = errors.New("bad fault")

// Kind is which calls a fault makes fail, and with which errno.
type Kind uint8

const (
	// SyncError makes fsync and fdatasync return EIO: nothing is forced, and what
	// becomes of the bytes is for [SyncFailure] to say.
	SyncError Kind = iota
	// WriteError makes a write return EIO and write nothing.
	WriteError
	// NoSpace makes a write return ENOSPC and write nothing.
	NoSpace
)

type kind struct {
	name  string
	errno syscall.Errno
}

var kindTable = []kind{
	SyncError: {"sync-error", syscall.EIO}, WriteError: {"write-error", syscall.EIO}, NoSpace: {"no-space", syscall.ENOSPC},
}

// String returns the word for k, "unknown" for none of these.
func (k Kind) String() string {
	if int(k) < len(kindTable) {
		return kindTable[k].name
	}
	return "unknown"
}

// Fault makes some of a disk's calls fail. Its text form is that of
// [Fault.String].
type Fault struct {
	// Kind is which calls fail, and with which errno.
	Kind Kind
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

// Parse reads the text form; any other text is [ErrText].
func Parse(text string) (Fault, error) {
	words := strings.Split(text, " ")
	if len(words) < 2 {
		return Fault{}, fmt.Errorf("%w: got %q, want KIND PATTERN", ErrText, text)
	}
	kind := slices.IndexFunc(kindTable, func(k kind) bool { return k.name == words[0] })
	if kind < 0 {
		return Fault{}, fmt.Errorf("%w: unknown kind %q", ErrText, words[0])
	}
	f := Fault{Kind: Kind(kind), Path: words[1]}
	if _, err := path.Match(f.Path, ""); err != nil || f.Path == "" {
		return Fault{}, fmt.Errorf("%w: pattern %q", ErrText, f.Path)
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
		return Fault{}, fmt.Errorf("%w: got %q, want KIND PATTERN, skip N, times N in this order", ErrText, text)
	}
	return f, nil
}

// MarshalText returns the text form.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the text form.
func (f *Fault) UnmarshalText(text []byte) (err error) {
	*f, err = Parse(string(text))
	return err
}

// Count is what became of a fault.
type Count struct {
	// Fault is the one that was counted.
	Fault Fault `json:"fault"`
	// Matched is how many calls it was for; Fired, how many of them it failed.
	// A fault that never fired tested nothing.
	Matched int `json:"matched"`
	Fired   int `json:"fired"`
}

// Injector decides which calls fail, and counts. It is not safe for use by many
// goroutines: the disk's lock guards it.
type Injector []Count

// NewInjector returns an injector of faults that have counted nothing yet. An
// earlier fault goes before a later one.
func NewInjector(faults []Fault) Injector {
	var in Injector
	for _, f := range faults {
		in = append(in, Count{Fault: f})
	}
	return in
}

// Fire counts a call of one of the kinds on the file with the full path name. It
// returns the error of the first fault that fails the call, nil for none, and
// reports whether any fault was for it.
func (in Injector) Fire(name string, kinds ...Kind) (err error, matched bool) {
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
			err = fmt.Errorf("%w: %w", ErrInjected, kindTable[c.Fault.Kind].errno)
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

// SyncFailure is what becomes of a file's bytes when fsync returns EIO. A retry
// may then succeed and mean nothing ("Can applications recover from fsync
// failures?", ATC'20).
type SyncFailure uint8

const (
	// SyncFailureUnknown: nobody knows; no later sync of the file forces what
	// the failed one covered.
	SyncFailureUnknown SyncFailure = iota
	// SyncFailureClean: pages are marked clean. Reads go on showing the new
	// bytes, and later syncs force the size and not the bytes (ext4, xfs).
	SyncFailureClean
	// SyncFailureRevert: reads show the old content again (btrfs). The disk
	// itself must do that.
	SyncFailureRevert
)
