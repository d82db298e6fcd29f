package evidence

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/corrupt"
)

// Harm is what went wrong with what was stored while an engine was open.
type Harm struct {
	// Before is the number of the call before which it did.
	Before int
	corrupt.Corruption
}

// String says what went wrong, and when.
func (h *Harm) String() string {
	return fmt.Sprintf("%s, before call %d", &h.Corruption, h.Before)
}
