package evidence

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/models"
)

// Cause is what makes two failures one finding: the promise that was broken, how the
// engine failed, and the places in it whose lost effects are needed. Its text form, the
// signature of a finding, holds no numbers that change from run to run, so that it can
// be kept in a file.
type Cause struct {
	Property models.Property
	// Shape is how the engine failed, without numbers; "" if it only showed
	// something wrong.
	Shape string
	// Places are those that the lost effects came from, in order and each once; none
	// if nothing need be lost.
	Places []Place
	// Damaged are the places that wrote what went wrong on the disk, likewise; none if nothing
	// did.
	Damaged []Place
	// Op is the call that the failure turns on, where nothing need be lost or damaged.
	Op string
}

// Place is where effects came from.
type Place struct {
	// Event is the kind of the event, and File the last part of its path, with digits
	// masked, so that files of one role have one name.
	Event, File string
	// Op is the call that was in flight: its kind, "open" for an opening, "" if none was
	// or that is not known.
	Op string
	// By is the functions of the engine, the innermost one first and its caller; "" where
	// that is not known.
	By string
}

// Is reports whether two places are the same: one kind of event, and one function and
// its caller or, where one of these is not known, one file and one kind of call.
func (p Place) Is(o Place) bool {
	if p.By != "" && o.By != "" {
		return p.Event == o.Event && p.By == o.By
	}
	return p.Event == o.Event && p.File == o.File && p.Op == o.Op
}

// writesLike reports whether two places are the same and write files of one role: of what is
// damaged it matters what it was.
func (p Place) writesLike(o Place) bool { return p.Is(o) && p.File == o.File }

// String returns for instance "write *.log in persist by append < PersistEntries".
func (p Place) String() string {
	out := p.Event + " " + p.File
	if p.Op != "" {
		out += " in " + p.Op
	}
	if p.By != "" {
		out += " by " + p.By
	}
	return out
}

// Like reports whether two failures are alike but for what was lost.
func (c Cause) Like(o Cause) bool { return c.Property == o.Property && c.Shape == o.Shape }

// explains reports whether the cause may break a property. What nothing makes durable is
// lost where a call fails, too, and then seems to be lost for that.
func (c Cause) explains(p models.Property) bool {
	return c.Property == p || p == models.ErrorSurfaced && len(c.Places) > 0 && neverDurable.Has(c.Property)
}

var neverDurable = models.SetOf(models.AckedDurable, models.MutationDurable, models.FlushedDurable, models.HardStateDurable)

// Has reports whether effects that came from the place are the cause's.
func (c Cause) Has(p Place) bool { return slices.ContainsFunc(c.Places, p.Is) }

// hasDamaged reports whether something is damaged, and all of it came from the cause's places.
func (c Cause) hasDamaged(all []Place) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(p Place) bool { return !slices.ContainsFunc(c.Damaged, p.writesLike) })
}

// Covers reports whether a failure of the cause o is one of c too: all that it needs
// lost or damaged is of c's places.
func (c Cause) Covers(o Cause) bool {
	if len(c.Damaged) > 0 || len(o.Damaged) > 0 {
		return c.Property == o.Property && c.Shape == o.Shape && c.hasDamaged(o.Damaged)
	}
	if !c.explains(o.Property) || c.Shape != o.Shape || len(c.Places) == 0 && c.Op != o.Op || len(c.Places) > 0 && len(o.Places) == 0 {
		return false
	}
	return !slices.ContainsFunc(o.Places, func(p Place) bool { return !c.Has(p) })
}

// The beginnings of the clauses of a signature.
const (
	failsClause   = "fails "
	lostClause    = "lost "
	damagedClause = "damaged "
	afterClause   = "after "
)

const clauseEnd = "; "

// String returns the text form, for instance
//
//	acked-durable; lost write *.log in persist by append < PersistEntries
//	opens-after-crash; fails "panic in open: index out of range"; lost write *.log in persist
//	no-silent-corruption; damaged write *.log in persist by log.append < log.PersistEntries
func (c Cause) String() string {
	parts := []string{string(c.Property)}
	if c.Shape != "" {
		parts = append(parts, failsClause+strconv.Quote(c.Shape))
	}
	for _, p := range c.Places {
		parts = append(parts, lostClause+p.String())
	}
	for _, p := range c.Damaged {
		parts = append(parts, damagedClause+p.String())
	}
	if c.Op != "" {
		parts = append(parts, afterClause+c.Op)
	}
	return strings.Join(parts, clauseEnd)
}

// ErrCause reports a text that is no signature.
var ErrCause = errors.New("bad signature")

// ParseCause reads the text form; any other text is [ErrCause].
func ParseCause(text string) (Cause, error) {
	property, rest, more := strings.Cut(text, clauseEnd)
	c := Cause{Property: models.Property(property)}
	if !models.IsProperty(c.Property) {
		return c, fmt.Errorf("%w: it begins with %q, want a property such as %s", ErrCause, property, models.AckedDurable)
	}
	for more {
		var err error
		if rest, more, err = c.parseClause(rest); err != nil {
			return c, fmt.Errorf("%w: %w", ErrCause, err)
		}
	}
	if c.String() != text {
		return c, fmt.Errorf("%w: %q is not in its normal form, %q", ErrCause, text, c)
	}
	return c, nil
}

// parseClause reads the first clause and returns what follows it, if more does.
func (c *Cause) parseClause(text string) (rest string, more bool, err error) {
	if quoted, ok := strings.CutPrefix(text, failsClause); ok {
		prefix, err := strconv.QuotedPrefix(quoted)
		if err != nil {
			return "", false, fmt.Errorf("after %q: want a text in quotes", strings.TrimSpace(failsClause))
		}
		c.Shape, _ = strconv.Unquote(prefix) // it was quoted well
		rest, more = strings.CutPrefix(quoted[len(prefix):], clauseEnd)
		return rest, more, nil
	}
	clause, rest, more := strings.Cut(text, clauseEnd)
	if place, ok := strings.CutPrefix(clause, lostClause); ok {
		p, err := parsePlace(place)
		c.Places = append(c.Places, p)
		return rest, more, err
	}
	if place, ok := strings.CutPrefix(clause, damagedClause); ok {
		p, err := parsePlace(place)
		c.Damaged = append(c.Damaged, p)
		return rest, more, err
	}
	if op, ok := strings.CutPrefix(clause, afterClause); ok && op != "" {
		c.Op = op
		return rest, more, nil
	}
	return "", false, fmt.Errorf("clause %q: want one that begins with %q, %q, %q or %q", clause, failsClause, lostClause, damagedClause, afterClause)
}

func parsePlace(text string) (p Place, err error) {
	text, p.By, _ = strings.Cut(text, " by ")
	text, p.Op, _ = strings.Cut(text, " in ")
	var ok bool
	if p.Event, p.File, ok = strings.Cut(text, " "); !ok || strings.Contains(p.File, " ") {
		return p, fmt.Errorf("place %q: want an event and a file", text)
	}
	return p, nil
}
