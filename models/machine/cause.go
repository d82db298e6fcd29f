package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// cause is a call that made something, or made it durable; op is nil for none.
type cause struct {
	call int
	op   *Op
	// masked is set if the call succeeded though a fault fired in it.
	masked bool
}

func causeOf(c *models.Call) cause { return cause{c.ID, opOf(c), c.MasksFault()} }

// String returns the number and words of the call.
func (c cause) String() string {
	switch {
	case c.op == nil:
		return "the empty machine"
	case c.isRecovery() && c.call == 0:
		return "an earlier recovery"
	case c.isRecovery():
		return fmt.Sprintf("the recovery of call %d", c.call)
	}
	return fmt.Sprintf("call %d %s", c.call, c.op)
}

// applies reports whether the call applies a chunk, replaces whether it replaces everything.
func (c cause) applies() bool { return c.op != nil && c.op.Kind == Apply }

func (c cause) replaces() bool { return c.op != nil && (c.op.Kind == Restore || c.op.Kind == Reset) }

func (c cause) isRecovery() bool { return c.op != nil && (c.op.Kind == crash || c.op.Kind == reopen) }

func (c cause) cite() []int {
	if c.call == 0 {
		return nil
	}
	return []int{c.call}
}

// durability names the promise that the call makes by returning.
func (c cause) durability() models.Property {
	switch c.op.Kind {
	case Apply:
		return models.AckedDurable
	case Restore, Reset:
		return models.MutationDurable
	case reopen, crash:
		return models.RecoveredDurable
	case Stop, ending:
		return models.CloseDurable
	}
	return models.FlushedDurable
}
