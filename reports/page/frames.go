package page

import (
	"fmt"
	"path"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// place is one function of a stack as it is shown.
type place struct {
	Function string
	// Position is the file's last two names and the line.
	Position string
	// File is the whole path and the line.
	File string
}

const framesMax = 12

// places returns the innermost frames of an engine's stack.
func places(frames []journal.Frame) []place {
	var out []place
	for _, f := range frames {
		if len(out) == framesMax {
			break
		}
		out = append(out, place{
			Function: line(path.Base(f.Function)), Position: line(position(f)),
			File: line(fmt.Sprintf("%s:%d", f.File, f.Line)),
		})
	}
	return out
}

func position(f journal.Frame) string {
	dir, file := path.Split(f.File)
	return fmt.Sprintf("%s:%d", path.Join(path.Base(dir), file), f.Line)
}

// String returns "function (position)".
func (p place) String() string {
	if p.Function == "" {
		return p.Position
	}
	return p.Function + " (" + p.Position + ")"
}
