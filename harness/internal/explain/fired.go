package explain

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// firedIn looks for the faults that fired in a life.
type firedIn struct {
	life   *evidence.Life
	number int // of the life, counted from 1, and how many there are
	lives  int
	end    int // the time at which it ended
	// cited are the calls that the verdict cites; none in a life before the failing one.
	cited []int
}

// faults returns them, one for each fault of the life's disk, without their sentences.
func (f *firedIn) faults() (out []evidence.FiredFault) {
	told := map[int]int{} // by the number of the fault, its place in out
	for event, e := range f.life.Journal.Events[:f.end] {
		if !e.IsFault() {
			continue
		}
		number, known := f.life.Journal.Faults.Of(event, e)
		at, again := told[number]
		if known && again {
			out[at].Again++
			continue
		}
		var by *fault.Fault
		if known {
			told[number] = len(out)
			by = &f.life.Journal.Faults.Armed[number].Fault
		}
		out = append(out, f.fired(event, by))
	}
	return out
}

// fired returns what is told of the fault that an event is.
func (f *firedIn) fired(event int, by *fault.Fault) evidence.FiredFault {
	e := f.life.Journal.Events[event]
	out := evidence.FiredFault{
		Life: f.number, Event: event, What: failedText(e), Call: e.Call, Missing: f.missing(event),
		Frames: append([]journal.Frame{}, f.life.FramesAt(event)...),
	}
	if by != nil {
		out.Fault = by.String()
	}
	switch c := f.during(event); {
	case c != nil:
		out.Call, out.Dropped, out.Forgotten = c.ID, succeeds(c), f.forgotten(c)
	case event < f.life.OpenedAt:
		out.Dropped = f.life.Recovered != nil && f.life.Recovered.Failure == nil
	}
	return out
}

// during returns the call that ran when an event came, nil if there was none, or
// more than one.
func (f *firedIn) during(event int) *models.Call {
	var out *models.Call
	for i := range f.life.Calls {
		c := &f.life.Calls[i]
		of := f.life.Journal.Events[event].Call
		if c.Invoked > event || f.returned(c) && c.Returned < event || of != 0 && of != c.ID {
			continue
		}
		if out != nil {
			return nil
		}
		out = c
	}
	return out
}

// returned reports whether a call has returned before the life ends.
func (f *firedIn) returned(c *models.Call) bool {
	return c.Returned != models.Pending && c.Returned < f.end
}

// forgotten returns the first call that was acknowledged after c was refused, and before the
// engine was opened again; 0 for none.
func (f *firedIn) forgotten(c *models.Call) int {
	if !f.returned(c) || succeeds(c) {
		return 0
	}
	for i := range f.life.Calls {
		later := &f.life.Calls[i]
		switch {
		case later.Invoked < c.Returned:
		case later.Opens():
			return 0
		case f.returned(later) && acknowledges(later):
			return later.ID
		}
	}
	return 0
}

// missing returns the last call that acknowledged or showed, after an event, what the verdict
// says is missing; 0 for none.
func (f *firedIn) missing(event int) (id int) {
	for i := range f.life.Calls {
		if c := &f.life.Calls[i]; slices.Contains(f.cited, c.ID) && f.returned(c) && c.Returned > event && (acknowledges(c) || succeeds(c) && c.Result.Recovered != nil) {
			id = c.ID
		}
	}
	return id
}

// callOf returns a life's call with the number, nil if it has none: the opening of an engine
// is no call of the history.
func callOf(l *evidence.Life, id int) *models.Call {
	i := slices.IndexFunc(l.Calls, func(c models.Call) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &l.Calls[i]
}

// acknowledges reports whether a call promised something.
func acknowledges(c *models.Call) bool {
	return succeeds(c) && (c.Op.MustWrite() || c.Op.Forces())
}

// succeeds reports whether a call, which has returned, did not fail.
func succeeds(c *models.Call) bool {
	return c.Result.Err == "" && (c.Result.Recovered == nil || c.Result.Recovered.Failure == nil)
}
