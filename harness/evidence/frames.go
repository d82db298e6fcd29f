package evidence

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
)

var (
	diskPackage    = reflect.TypeFor[faultfs.Disk]().PkgPath()
	harnessPackage = path.Dir(reflect.TypeFor[Seed]().PkgPath())
	hostedPackage  = path.Join(path.Dir(harnessPackage), "engines/hosted")
)

// between are the packages that stand between an engine and its disk, with those
// below them.
var between = []string{
	"testing", "syscall", "internal", "golang.org/x/sys", "runtime", "sync", "io", "bufio", "os", "bytes", "strings",
	"slices", "iter", "context", "reflect", "encoding", "compress", "hash", "log", "errors",
	"github.com/spf13/afero", diskPackage,
}

// EngineFrames returns the engine's part of a stack, innermost first: up to what
// calls the engine, which the full path of its package tells, and without what
// stands between the engine and its disk.
func EngineFrames(stack []journal.Frame) []journal.Frame {
	var out []journal.Frame
	for _, f := range stack {
		if isBelow(f.Function, harnessPackage, hostedPackage) {
			break
		}
		if !isBelow(f.Function, between...) {
			out = append(out, f)
		}
	}
	return out
}

// isBelow reports whether a function is of one of the packages, or of one below.
func isBelow(function string, packages ...string) bool {
	for _, p := range packages {
		rest, ok := strings.CutPrefix(function, p)
		if ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "/")) {
			return true
		}
	}
	return false
}

// ParseStack reads the frames in the text of a goroutine's stack, as
// [runtime/debug.Stack] prints it.
func ParseStack(stack string) []journal.Frame {
	lines := strings.Split(stack, "\n")
	var out []journal.Frame
	for i := 0; i+1 < len(lines); i++ {
		place, ok := strings.CutPrefix(lines[i+1], "\t")
		call := strings.LastIndexByte(lines[i], '(')
		if !ok || call < 0 || strings.HasPrefix(lines[i], "created by ") {
			continue
		}
		if offset := strings.LastIndex(place, " +0x"); offset >= 0 {
			place = place[:offset]
		}
		colon := strings.LastIndexByte(place, ':')
		if colon < 0 {
			continue
		}
		if line, err := strconv.Atoi(place[colon+1:]); err == nil {
			out = append(out, journal.Frame{Function: lines[i][:call], File: place[:colon], Line: line})
		}
	}
	return out
}

// PlaceText names the function and line that a stack begins in, and its caller:
// the first is often a helper that many places use.
func PlaceText(frames []journal.Frame) string {
	switch len(frames) {
	case 0:
		return ""
	case 1:
		return FrameText(frames[0])
	}
	return FrameText(frames[0]) + ", called by " + FrameText(frames[1])
}

var version = regexp.MustCompile(`^v[0-9]+\.`)

// FrameText returns for instance "wal.(*Log).append wal.go:88".
func FrameText(f journal.Frame) string {
	dir, function := path.Split(f.Function)
	if version.MatchString(function) {
		function = path.Join(path.Base(dir), function) // of a module, the name comes before
	}
	return fmt.Sprintf("%s %s:%d", function, path.Base(f.File), f.Line)
}
