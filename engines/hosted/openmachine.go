package hosted

import "github.com/ackproof/ackproof/engines"

// OpenMachine opens the state machine in dir, as [Conn.Open] does a log. It is not
// started, and is an engines.MachineClaimer if the worker states claims. Paths of
// snapshots are those that the worker sees.
//
// Methods that can return no error panic as LastIndex of a log does. After Close, or
// once another engine was opened, they return zero values.
func (c *Conn) OpenMachine(dir string, readOnly bool) (engines.StateMachine, error) {
	var answer MachineAnswer
	h, err := c.open(SubjectMachine, dir, readOnly, &answer)
	if err != nil {
		return nil, err
	}
	m := &machine{h}
	if answer.Claims == nil {
		return m, nil
	}
	return &machineClaimer{m, engines.MachineClaims(*answer.Claims)}, nil
}

// machineClaimer is a state machine that states its claims.
type machineClaimer struct {
	*machine
	claims engines.MachineClaims
}

func (c *machineClaimer) MachineClaims() engines.MachineClaims { return c.claims }
