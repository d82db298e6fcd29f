package node

import (
	"fmt"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// specState is what matters of both parts, and the purges. It is immutable.
type specState struct {
	parts  [2]models.SpecState
	purges *purge
}

// Fresh returns the state of a node whose parts were just created.
func (m spec) Fresh() models.SpecState {
	return &specState{parts: [2]models.SpecState{m.parts[logSide].Fresh(), m.parts[machineSide].Fresh()}}
}

// Same reports whether no call can tell s from other.
func (s *specState) Same(other models.SpecState) bool {
	o := other.(*specState)
	return s == o || s.parts[logSide].Same(o.parts[logSide]) && s.parts[machineSide].Same(o.parts[machineSide])
}

// Hash agrees with Same.
func (s *specState) Hash() uint64 {
	return digest.Fold(s.parts[logSide].Hash(), s.parts[machineSide].Hash())
}

// IsCrowded reports whether too much is not known of one of the parts.
func (s *specState) IsCrowded() bool {
	return s.parts[logSide].IsCrowded() || s.parts[machineSide].IsCrowded()
}

// Held returns what both parts hold together.
func (s *specState) Held() models.Size {
	return s.parts[logSide].Held().Add(s.parts[machineSide].Held())
}

// String returns the states of the parts.
func (s *specState) String() string {
	return fmt.Sprintf("%s; machine %s", s.parts[logSide], s.parts[machineSide])
}
