package evidence

import "fmt"

// Handover says who wrote what another engine opened.
type Handover struct {
	// Writer and Reader are the names of both.
	Writer string `json:"writer"`
	Reader string `json:"reader"`
	// Program is the path and arguments of the reader, if it is a program. They are there to
	// be read: nobody runs a command because a bundle holds it.
	Program []string `json:"program,omitempty"`
}

// String says who wrote and who opened.
func (h Handover) String() string {
	return fmt.Sprintf("written by %s, opened after a power failure or a clean close by %s", h.Writer, h.Reader)
}
