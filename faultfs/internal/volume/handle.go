package volume

import (
	"github.com/ackproof/ackproof/faultfs/fault"
)

// Handle is one opening of a file: what it was told of syncs that failed. The zero value
// is that of a file which is new.
type Handle struct{ told int }

// failure is the newest sync of a file that failed, of those that others are told of, as
// errseq_t has it in Linux.
type failure struct {
	number int // from 1
	error  fault.Error
	told   bool // somebody was
}
