package journal

import (
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"
)

// Frames returns the call stack that an event cites by number, innermost first:
// the frames of the program that used the disk, without those of the runtime,
// of afero and of the disk itself. It is nil for a number that is not known, and may
// not be changed.
func (j *Journal) Frames(stack int) []Frame {
	switch {
	case stack <= 0 || stack >= len(j.Stacks):
		return nil
	case len(j.Stacks[stack]) > 0:
	case stack < len(j.frames):
		return j.frames[stack]
	default:
		return nil
	}
	var out []Frame
	for _, pc := range j.Stacks[stack] {
		out = append(out, framesAt(pc)...)
	}
	return out
}

// resolved are the frames of program counters that were asked for: few places call the disk,
// again and again.
var resolved sync.Map // of uintptr to []Frame

// framesAt returns the frames that one program counter of a stack stands for.
func framesAt(pc uintptr) []Frame {
	if known, ok := resolved.Load(pc); ok {
		return known.([]Frame)
	}
	var out []Frame
	frames := runtime.CallersFrames([]uintptr{pc})
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function != "" && !isMachinery(f.Function) {
			out = append(out, Frame{f.Function, f.File, f.Line})
		}
	}
	resolved.Store(pc, out)
	return out
}

// diskPackage is the path of the disk, and the beginning of all below it.
var diskPackage = path.Dir(reflect.TypeFor[Journal]().PkgPath())

// isMachinery reports whether a function is between the program and the journal.
func isMachinery(function string) bool {
	for _, p := range []string{"runtime", "github.com/spf13/afero", diskPackage} {
		rest, ok := strings.CutPrefix(function, p)
		if ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "/")) {
			return true
		}
	}
	return false
}
