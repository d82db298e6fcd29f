package harness

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
)

var ownPackage = reflect.TypeFor[Life]().PkgPath()

// between are the packages that stand between an engine and its disk or its
// caller, with those below them.
var between = []string{
	ownPackage, "testing", "syscall", "internal", "golang.org/x/sys", "runtime", "sync", "io", "bufio", "os", "bytes", "strings",
	"slices", "iter", "context", "reflect", "encoding", "compress", "hash", "log", "errors",
	"github.com/spf13/afero", reflect.TypeFor[faultfs.Disk]().PkgPath(),
}

// engineFrames returns the stack of an event, innermost first, the engine's
// frames only; nil where it is not known.
func engineFrames(j *journal.Journal, event int) []journal.Frame {
	var out []journal.Frame
	for _, f := range j.Frames(j.Events[event].Stack) {
		if !isBetween(f.Function) {
			out = append(out, f)
		}
	}
	return out
}

func isBetween(function string) bool {
	for _, p := range between {
		rest, ok := strings.CutPrefix(function, p)
		if ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "/")) {
			return true
		}
	}
	return false
}

// placeText names the function and line that a stack begins in, and its caller:
// the first is often a helper that many places use.
func placeText(frames []journal.Frame) string {
	switch len(frames) {
	case 0:
		return ""
	case 1:
		return frameText(frames[0])
	}
	return frameText(frames[0]) + ", called by " + frameText(frames[1])
}

var version = regexp.MustCompile(`^v[0-9]+\.`)

// frameText returns for instance "wal.(*Log).append wal.go:88".
func frameText(f journal.Frame) string {
	dir, function := path.Split(f.Function)
	if version.MatchString(function) {
		function = path.Join(path.Base(dir), function) // of a module, the name comes before
	}
	return fmt.Sprintf("%s %s:%d", function, path.Base(f.File), f.Line)
}
