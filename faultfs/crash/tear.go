package crash

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Tear is a sector that was being written when the power failed, so that neither its
// old bytes nor its new ones are there whole.
type Tear struct {
	// Effect is the sector's.
	Effect EffectID
	// Bytes is how many bytes of the sector are new: the first ones or, if it is
	// negative, the last ones. The others are old.
	Bytes int
}

// String returns the text form, for instance "5:100", or "5:-100" for the last ones.
func (t Tear) String() string { return fmt.Sprintf("%d:%d", t.Effect, t.Bytes) }

// Words say what is left of the sector: "first 100 bytes kept".
func (t Tear) Words() string {
	end, n := "first", t.Bytes
	if n < 0 {
		end, n = "last", -n
	}
	if n == 1 {
		return end + " byte kept"
	}
	return fmt.Sprintf("%s %d bytes kept", end, n)
}

// ErrState reports a crash state that its text or its space does not allow.
var ErrState = errors.New("bad crash state")

// effectsMax bounds the effects that the text of a state may name.
const effectsMax = 1 << 22

func parseTears(text string) ([]Tear, error) {
	var tears []Tear
	for part := range strings.SplitSeq(text, ",") {
		id, kept, ok := strings.Cut(part, ":")
		if !ok {
			return nil, fmt.Errorf("%w: tear %q: want EFFECT:BYTES", ErrState, part)
		}
		effect, err := parseNumber(id)
		if err != nil {
			return nil, err
		}
		tear := Tear{Effect: EffectID(effect)}
		last, negative := strings.CutPrefix(kept, "-")
		if tear.Bytes, err = parseNumber(last); err != nil {
			return nil, err
		}
		if negative {
			tear.Bytes = -tear.Bytes
		}
		tears = append(tears, tear)
	}
	return tears, nil
}

func parseNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > effectsMax {
		return 0, fmt.Errorf("%w: %q is not a number from 0 to %d", ErrState, text, effectsMax)
	}
	return n, nil
}
