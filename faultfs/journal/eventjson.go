package journal

import (
	"encoding/json"
	"fmt"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// zerosBytesMin is from how many bytes on a write of zeros is stored as their number.
const zerosBytesMin = 512

// eventFields are those of an event, without its methods.
type eventFields Event

// storedEvent is the form in which an event is stored.
type storedEvent struct {
	eventFields
	// Zeros is how many zeros a write stored that has no Data.
	Zeros int64 `json:"zeros,omitempty"`
}

// MarshalJSON returns the event's fields. Many zeros that were written are stored as
// their number, "zeros".
func (e Event) MarshalJSON() ([]byte, error) {
	s := storedEvent{eventFields: eventFields(e)}
	if e.Kind == EventWrite && len(e.Data) >= zerosBytesMin && len(e.Data) <= tree.ZerosMax && tree.IsZero(e.Data) {
		s.Zeros, s.Data = int64(len(e.Data)), nil
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads what MarshalJSON wrote: [ErrRecord] for zeros that no
// event has.
func (e *Event) UnmarshalJSON(text []byte) error {
	var s storedEvent
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*e = Event(s.eventFields)
	switch {
	case s.Zeros == 0:
	case s.Zeros < 0 || s.Zeros > tree.ZerosMax || len(s.Data) > 0:
		return fmt.Errorf("%w: %d zeros after %d bytes", ErrRecord, s.Zeros, len(s.Data))
	default:
		e.Data = tree.Zeros(s.Zeros)
	}
	return nil
}
