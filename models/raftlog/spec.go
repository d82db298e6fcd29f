package raftlog

import "github.com/ackproof/ackproof/models"

// spec is the pure specification of a log and its hard state under a contract:
// a state and a call go in, the next state comes out. A call with
// Returned Pending may have happened, and makes nothing durable; what a crash
// leaves without it, it may leave with it as well.
type spec struct{ Contract }

// Spec returns the specification of a log and its hard state under c.
func (c Contract) Spec() models.Spec { return spec{c} }
