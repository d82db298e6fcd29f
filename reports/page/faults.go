package page

import "github.com/ackproof/ackproof/harness/evidence"

// firedFault is a call of the file system that a fault failed, as it is shown.
type firedFault struct {
	Event int
	// Here says that the event is one of the life that is shown first.
	Here     bool
	What     string
	Sentence string
	Frames   []place
}

func (e *exhibit) faults(all []evidence.FiredFault) (out []firedFault) {
	for _, f := range all {
		out = append(out, firedFault{
			Event: f.Event, Here: f.Life == len(e.Case.Life.Lives()), What: line(f.What), Sentence: shown(f.Sentence, sentenceBytesMax, true), Frames: places(f.Frames),
		})
	}
	return out
}
