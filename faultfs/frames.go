package faultfs

import (
	"reflect"
	"runtime"
	"strings"
)

// Frame is one function of a call stack.
type Frame struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

// Frames returns the call stack that an event cites by number, innermost first:
// the frames of the program that used the disk, without those of the runtime,
// of afero and of the disk itself. It is nil for a number that is not known.
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
	frames := runtime.CallersFrames(j.Stacks[stack])
	for {
		f, more := frames.Next()
		if f.Function != "" && !isMachinery(f.Function) {
			out = append(out, Frame{f.Function, f.File, f.Line})
		}
		if !more {
			return out
		}
	}
}

var ownPackage = reflect.TypeFor[Disk]().PkgPath()

// isMachinery tells whether a function is between the program and the journal.
func isMachinery(function string) bool {
	for _, path := range []string{"runtime", "github.com/spf13/afero", ownPackage} {
		rest, ok := strings.CutPrefix(function, path)
		if ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "/")) {
			return true
		}
	}
	return false
}
