package page

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// Input is what a page tells of. The zero value is a page that says that there
// is nothing to tell.
type Input struct {
	// Reports are the results, in the order in which they are shown.
	Reports []reports.Report
	// Findings are those with all their evidence. A finding of a report that is
	// not among them is shown as far as the report goes.
	Findings []Finding
	// Environment names what the run depended on: versions, flags, the commit.
	Environment map[string]string
}

// Finding is a broken promise with all its evidence.
type Finding struct {
	// Case must be there, and not be changed while a page is written.
	Case *evidence.Case
	// Path is where the bundle is kept, for the command that replays it.
	Path string
	// Builtin says that the engine is on the list of cmd/ackproof/builtin, so
	// that the test to paste can name it.
	Builtin bool
	// Records are where an engine's records begin, by file; nil if not known.
	Records map[string][]Record
	// History is the address, relative to the page, of the file that
	// [WriteHistory] wrote; "" if there is none.
	History string
}

// Record is a place in a file at which one of the engine's records begins.
type Record struct {
	OffBytes int64  `json:"off"`
	Name     string `json:"name"`
}
