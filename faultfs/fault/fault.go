// Package fault has what makes a disk's calls fail: small values that print and
// parse back, and count how often they fired.
package fault

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode"
)

// Fault makes some of a disk's calls fail. The zero value is not one: see [Fault.Check].
// Its text form is that of [Fault.String].
type Fault struct {
	// Call is which calls fail.
	Call Call
	// Nth is the first that fails, of the calls that the fault is for and that come once
	// the disk has it, counted from 1.
	Nth int
	// Path is a pattern of [path.Match] for the name under which a file was
	// opened or changed, and for both names of a rename: for the full path if it has a
	// slash, else for the last part. "" is any name. It has no blank and no #.
	Path string
	// Error is what the calls say that fail.
	Error Error
	// Times is how many calls fail, from the Nth on; 0 is [Forever]'s.
	Times int
	// Lands says that the call does what it was to do all the same, and then fails. A
	// sync that lands has forced all that it covers.
	Lands bool
}

// Forever as a fault's Times has all calls fail from the Nth on.
const Forever = 0

// NthMax and TimesMax bound the numbers in a fault's text.
const (
	NthMax   = 1 << 20
	TimesMax = 1 << 20
)

// String returns for instance "fsync 2 path=*.log error=ENOSPC times=3": the call and the
// first one that fails, and what is not standard of the rest. Standard are any name, EIO,
// once, and that the call does nothing.
func (f Fault) String() string {
	out := f.Call.String() + " " + strconv.Itoa(f.Nth)
	if f.Path != "" {
		out += " path=" + f.Path
	}
	if f.Error != EIO {
		out += " error=" + f.Error.String()
	}
	switch f.Times {
	case Forever:
		out += " times=all"
	case 1:
	default:
		out += " times=" + strconv.Itoa(f.Times)
	}
	if f.Lands {
		out += " lands=yes"
	}
	return out
}

// Parse reads the text form, its last four parts in any order; any other text is [ErrText].
func Parse(text string) (Fault, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return Fault{}, fmt.Errorf("%w: got %q, want CALL N, and then path=PATTERN, error=ERRNO, times=N or all, lands=yes", ErrText, text)
	}
	f := Fault{Times: 1}
	if err := f.Call.UnmarshalText([]byte(words[0])); err != nil {
		return Fault{}, err
	}
	var err error
	if f.Nth, err = parseNumber("the call that fails first", words[1], NthMax); err != nil {
		return Fault{}, err
	}
	seen := map[string]bool{}
	for _, word := range words[2:] {
		key, value, _ := strings.Cut(word, "=")
		if seen[key] {
			return Fault{}, fmt.Errorf("%w: %s= twice", ErrText, key)
		}
		seen[key] = true
		if err := f.set(key, value); err != nil {
			return Fault{}, err
		}
	}
	return f, f.Check()
}

func (f *Fault) set(key, value string) (err error) {
	switch key {
	case "path":
		f.Path = value
		if value == "" {
			err = fmt.Errorf("%w: path= is empty, want a pattern, or no path= for any name", ErrText)
		}
	case "error":
		err = f.Error.UnmarshalText([]byte(value))
	case "times":
		if f.Times = Forever; value != "all" {
			f.Times, err = parseNumber("times=", value, TimesMax)
		}
	case "lands":
		if f.Lands = value == "yes"; !f.Lands {
			err = fmt.Errorf("%w: lands=%s, want yes", ErrText, value)
		}
	default:
		err = fmt.Errorf("%w: got %q, want path=, error=, times= or lands=", ErrText, key)
	}
	return err
}

func parseNumber(what, text string, most int) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n < 1 || int(n) > most {
		return 0, fmt.Errorf("%w: %s is %q, want a number from 1 to %d", ErrText, what, text, most)
	}
	return int(n), nil
}

// Check returns [ErrText] for a fault that no disk can have: one that never fires, or
// that has a call say what it cannot.
func (f Fault) Check() error {
	_, badPattern := path.Match(f.Path, "")
	switch {
	case f.Call.String() == "unknown" || f.Error.String() == "unknown":
		return fmt.Errorf("%w: unknown call or error", ErrText)
	case f.Nth < 1 || f.Nth > NthMax || f.Times < 0 || f.Times > TimesMax:
		return fmt.Errorf("%w: %s: numbers begin at 1", ErrText, f)
	case badPattern != nil || strings.ContainsFunc(f.Path, notInPattern):
		return fmt.Errorf("%w: pattern %q, want one of path.Match without blanks and #; ? stands for any character", ErrText, f.Path)
	case !f.Call.Can(f.Error):
		return fmt.Errorf("%w: %s never fails with %s, which is for %v", ErrText, f.Call, f.Error, errorTable[f.Error].calls)
	case f.Error == EINTR && f.Times == Forever:
		return fmt.Errorf("%w: %s is begun again where a signal came, and would never end: want times= with a number", ErrText, f.Call)
	case f.Lands && (f.Error == EINTR || f.Error == ShortWrite || f.Error == EMFILE || f.Error == Stuck):
		return fmt.Errorf("%w: with %s nothing lands: leave lands= out", ErrText, f.Error)
	}
	return nil
}

// notInPattern reports whether r would end the text of a pattern: a blank, or # where a
// comment begins in a program.
func notInPattern(r rune) bool { return r == '#' || unicode.IsSpace(r) }

// MarshalText returns the text form.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the text form.
func (f *Fault) UnmarshalText(text []byte) (err error) {
	*f, err = Parse(string(text))
	return err
}

// Fails reports whether f has such a call fail with an error, on a file with one of these full
// path names.
func (f Fault) Fails(call Call, e Error, names ...string) bool {
	return f.Error == e && f.isFor(call, names)
}

// isFor reports whether a call on files with these names is one that f counts.
func (f Fault) isFor(call Call, names []string) bool {
	if f.Call != call && (f.Call != AnyCall || !call.Can(f.Error)) {
		return false
	}
	for _, name := range names {
		if f.matches(name) {
			return true
		}
	}
	return false
}

func (f Fault) matches(name string) bool {
	if f.Path == "" {
		return true
	}
	if !strings.Contains(f.Path, "/") {
		name = path.Base(name)
	}
	ok, _ := path.Match(f.Path, name)
	return ok
}
