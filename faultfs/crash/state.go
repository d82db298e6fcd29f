package crash

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// State is a crash point and the fate of every effect that was pending there. Its
// text form is that of [State.String].
type State struct {
	// Point is the time of the crash: the number of events that came before.
	Point int
	// Lost says what became of the pending effects that Except does not name:
	// lost, or otherwise kept.
	Lost bool
	// Except are the effects with the other fate, in ascending order.
	Except []EffectID
	// Torn are lost effects whose sector was being written.
	Torn []Tear
	// Fill is what bytes hold whose size was kept while they were lost.
	Fill Fill
}

// String returns for instance "@17 keep except 3,5-7 torn 5:100 fill garbage".
func (c State) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@%d %s", c.Point, fateWord(c.Lost))
	if len(c.Except) > 0 {
		b.WriteString(" except " + formatRanges(c.Except))
	}
	for i, t := range c.Torn {
		b.WriteString([]string{" torn ", ","}[min(i, 1)])
		b.WriteString(t.String())
	}
	if c.Fill != FillZero {
		b.WriteString(" fill " + c.Fill.String())
	}
	return b.String()
}

func fateWord(lost bool) string {
	if lost {
		return "lose"
	}
	return "keep"
}

func formatRanges(ids []EffectID) string {
	var parts []string
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1] == ids[j]+1 {
			j++
		}
		part := strconv.Itoa(int(ids[i]))
		if j > i {
			part += "-" + strconv.Itoa(int(ids[j]))
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// ParseState reads the text form; any other text is [ErrState]. Whether the state is
// one of a journal's is for [Space.Check] to say.
func ParseState(text string) (State, error) {
	var c State
	words := strings.Split(text, " ")
	if len(words) < 2 || !strings.HasPrefix(words[0], "@") {
		return c, fmt.Errorf(`%w: %q does not begin with "@POINT keep" or "@POINT lose"`, ErrState, text)
	}
	point, err := parseNumber(words[0][1:])
	if err != nil {
		return c, err
	}
	c.Point = point
	switch words[1] {
	case "keep":
	case "lose":
		c.Lost = true
	default:
		return c, fmt.Errorf("%w: fate %q: want keep or lose", ErrState, words[1])
	}
	if err := c.parseClauses(words[2:]); err != nil {
		return c, err
	}
	if c.String() != text {
		return c, fmt.Errorf("%w: %q is not in its normal form, %q", ErrState, text, c)
	}
	return c, nil
}

func (c *State) parseClauses(words []string) error {
	clauses := []string{"except", "torn", "fill"}
	for len(words) > 0 {
		if len(words) == 1 {
			return fmt.Errorf("%w: nothing follows %q", ErrState, words[0])
		}
		i := slices.Index(clauses, words[0])
		if i < 0 {
			return fmt.Errorf("%w: clause %q: want except, torn and fill in this order", ErrState, words[0])
		}
		clauses = clauses[i+1:]
		var err error
		switch words[0] {
		case "except":
			c.Except, err = parseRanges(words[1])
		case "torn":
			c.Torn, err = parseTears(words[1])
		case "fill":
			i := slices.Index(fillNames[:], words[1])
			if i < 0 {
				err = fmt.Errorf("%w: fill %q: want one of %s", ErrState, words[1], strings.Join(fillNames[:], ", "))
			}
			c.Fill = Fill(max(i, 0))
		}
		if err != nil {
			return err
		}
		words = words[2:]
	}
	return nil
}

func parseRanges(text string) ([]EffectID, error) {
	var ids []EffectID
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		from, err := parseNumber(low)
		if err != nil {
			return nil, err
		}
		to := from
		if isRange {
			if to, err = parseNumber(high); err != nil {
				return nil, err
			}
		}
		if from > to || len(ids) > 0 && EffectID(from) <= ids[len(ids)-1] {
			return nil, fmt.Errorf("%w: effects %q are not in ascending order", ErrState, part)
		}
		for id := from; id <= to; id++ {
			ids = append(ids, EffectID(id))
		}
	}
	return ids, nil
}

// MarshalText returns the text form. It never fails.
func (c State) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the text form, as [ParseState] does.
func (c *State) UnmarshalText(text []byte) error {
	parsed, err := ParseState(string(text))
	if err == nil {
		*c = parsed
	}
	return err
}
