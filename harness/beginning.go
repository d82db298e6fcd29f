package harness

import "github.com/ackproof/ackproof/harness/evidence"

// beginning returns the life that begins as one did, to run its steps again.
func beginning(l *evidence.Life) *evidence.Life {
	switch {
	case l.ResumedAt > 0:
		return l.AfterKill(l.ResumedAt)
	case l.Parent != nil:
		return l.Parent.AfterPowerFailure(l.Crash)
	}
	return evidence.FirstLife(l.Profile, l.Contract(), l.Journal.Base)
}
