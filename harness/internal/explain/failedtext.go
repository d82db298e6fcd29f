package explain

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// failedText says which call failed, with what, and what it had done, for instance "fsync of
// /db/log.1 failed with EIO".
func failedText(e journal.Event) string {
	what := e.Failed.String() + " of " + e.Path
	switch e.Failed {
	case fault.FsyncDir:
		what = "fsync of directory " + e.Path
	case fault.Rename:
		what += " to " + e.ToPath
	case fault.Write:
		what = "write to " + e.Path
	}
	switch {
	case e.Full:
		return fmt.Sprintf("%s failed with %s, as the disk was full", what, e.Error)
	case e.Error == fault.ShortWrite:
		return what + " was short: the first half of it was written"
	case e.Lands:
		return fmt.Sprintf("%s was done, yet failed with %s", what, e.Error)
	}
	return fmt.Sprintf("%s failed with %s", what, e.Error)
}
