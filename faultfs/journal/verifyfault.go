package journal

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// verifyFault reports whether an event says of a fault what a disk may say: which call
// failed and with what, and of an event that is none, nothing. A failed sync need not
// say which call it was.
func verifyFault(e Event) error {
	ok := false
	switch {
	case e.Kind == EventFault:
		ok = e.Failed != fault.AnyCall && e.Failed.Can(e.Error)
	case (e.Kind == EventSyncFail || e.IsSync()) && e.Failed != fault.AnyCall:
		ok = e.Failed.IsSync() && e.Failed.Can(e.Error) && !e.Lands
	default:
		ok = e.Failed == fault.AnyCall && e.Error == fault.EIO && !e.Lands
	}
	if e.Full {
		takesSpace := e.Failed == fault.Write || e.Failed == fault.Create || e.Failed == fault.Mkdir || e.Failed == fault.Fallocate
		ok = ok && e.Kind == EventFault && takesSpace && e.Error == fault.ENOSPC && !e.Lands
	}
	if !ok {
		return fmt.Errorf("call %s fails with %s", e.Failed, e.Error)
	}
	return nil
}

// verifySpaces reports whether a disk with that many events can have had the limits.
func verifySpaces(spaces []SpaceAfter, events int) error {
	last := 0
	for _, s := range spaces {
		if s.Events < last || s.Events > events || s.Bytes < 0 {
			return fmt.Errorf("%w: space for %d bytes after %d of %d events, or their order", ErrRecord, s.Bytes, s.Events, events)
		}
		last = s.Events
	}
	return nil
}

// verifyFaults reports whether a disk with that many events can have had the faults, and
// have counted like this.
func verifyFaults(armed []ArmedAfter, counts []CountAfter, events int) error {
	last := 0
	for _, a := range armed {
		if a.Events < last || a.Events > events {
			return fmt.Errorf("%w: a fault after %d of %d events, or their order", ErrRecord, a.Events, events)
		}
		if err := a.Fault.Check(); err != nil {
			return fmt.Errorf("%w: %w", ErrRecord, err)
		}
		last = a.Events
	}
	before := int32(0)
	for _, c := range counts {
		switch {
		case c.Events < before || int(c.Events) > events+1:
			return fmt.Errorf("%w: counts after %d of %d events, or their order", ErrRecord, c.Events, events)
		case c.Fault < 0 || int(c.Fault) >= len(armed):
			return fmt.Errorf("%w: counts of fault %d of %d", ErrRecord, c.Fault, len(armed))
		case c.Fired < 0 || c.Matched < c.Fired:
			return fmt.Errorf("%w: fault %s fired %d of %d times", ErrRecord, armed[c.Fault].Fault, c.Fired, c.Matched)
		}
		before = c.Events
	}
	return nil
}
