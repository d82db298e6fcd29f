package scenarios

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// FirstOpen reports whether p begins on an empty directory, so that the engine's
// first open is a part of what it shows.
func (p Program) FirstOpen() bool { return len(p) > 0 && p[0].Kind == FirstOpen }

// Overlaps reports whether calls of p may overlap, or an fsync with calls.
func (p Program) Overlaps() bool {
	return slices.ContainsFunc(p, func(s Step) bool { return s.Kind == Concurrently || s.Kind == Hold })
}

// HasFaults reports whether p has a step that is a fault, or a call whose context ends.
func (p Program) HasFaults() bool {
	return slices.ContainsFunc(p, func(s Step) bool {
		return s.Kind.IsFault() || s.CancelAfter > 0 || Program(s.Body).HasFaults()
	})
}

// HasLastingFault reports whether p has a fault that fails calls until something ends it.
func (p Program) HasLastingFault() bool {
	return slices.ContainsFunc(p, func(s Step) bool {
		return s.Kind == Fail && s.Fault.Times == fault.Forever || s.Kind == Space && !s.All || Program(s.Body).HasLastingFault()
	})
}

// Measures reports whether p measures what the engine's directory takes.
func (p Program) Measures() bool {
	return slices.ContainsFunc(p, func(s Step) bool { return s.Kind == Usage || Program(s.Body).Measures() })
}

// CrashesOrRepeats reports whether p has a power failure, or steps that run several times.
func (p Program) CrashesOrRepeats() bool {
	return slices.ContainsFunc(p, func(s Step) bool { return s.Kind == Crash || s.Kind == Repeat })
}

// DirMissing reports whether p begins without the engine's directory.
func (p Program) DirMissing() bool { return p.FirstOpen() && p[0].DirMissing }

// Unmeasured returns p without its measurements.
func (p Program) Unmeasured() Program {
	out := Program{}
	for _, s := range p {
		if s.Kind != Usage {
			if s.Kind.block {
				s.Body = Program(s.Body).Unmeasured()
			}
			out = append(out, s)
		}
	}
	return out
}
