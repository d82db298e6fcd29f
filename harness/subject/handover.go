package subject

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// ErrHandover reports two factories of which one cannot open what the other wrote.
var ErrHandover = errors.New("cannot hand over")

// Handover returns the factory of subjects that the writer's factory opens until the power
// fails, and the reader's from then on, as after an upgrade, a downgrade or a change of
// options. Its subjects are held to what the writer promises of what it wrote. The
// error wraps [ErrHandover].
//
// It is named after both. Open and the other ways to open it alone are the writer's.
func Handover(writer, reader Factory) (Factory, error) {
	switch {
	case writer.Kind != reader.Kind:
		return Factory{}, fmt.Errorf("%w: %s is a %s, and %s is a %s: name a reader of the same kind",
			ErrHandover, writer.Name, writer.Kind.Name, reader.Name, reader.Kind.Name)
	case writer.Name == reader.Name:
		return Factory{}, fmt.Errorf("%w: writer and reader are both called %s: give them names of their own", ErrHandover, writer.Name)
	case writer.Reader != nil || reader.Reader != nil:
		return Factory{}, fmt.Errorf("%w: %s and %s: one of them is such a pair already", ErrHandover, writer.Name, reader.Name)
	}
	out := writer
	out.Name = writer.Name + " opened by " + reader.Name
	out.Writer, out.Reader = &writer, &reader
	out.Limited = func(l engines.Limits) Factory {
		limited := out
		w, r := writer.within(l), reader.within(l)
		limited.Writer, limited.Reader = &w, &r
		return limited
	}
	return out, nil
}

// within returns the factory with limits beside its own, if it has any.
func (f Factory) within(l engines.Limits) Factory {
	if f.Limited == nil {
		return f
	}
	return f.Limited(l)
}

// Recovers returns the factory of what opens what a crash left: the reader of a [Handover],
// or else f itself.
func (f Factory) Recovers() Factory {
	if f.Reader != nil {
		return *f.Reader
	}
	return f
}
