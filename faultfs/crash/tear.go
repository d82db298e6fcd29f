package crash

import (
	"errors"
	"fmt"
	"slices"
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
	// Damage is what became of the whole physical sector; Bytes is then 0.
	Damage Damage
}

// Damage is what a power failure makes of a physical sector that is being written.
type Damage uint8

const (
	// NoDamage leaves each byte old or new.
	NoDamage Damage = iota
	// DamageGarbage is bytes that nobody wrote.
	DamageGarbage
	// DamageUnreadable is a sector whose reads fail with EIO until it is written over.
	DamageUnreadable
)

var damageNames = [...]string{DamageGarbage: "garbage", DamageUnreadable: "unreadable"}

// String returns the text form, for instance "5:100", "5:-100" for the last ones, or
// "5:unreadable".
func (t Tear) String() string {
	if t.Damage != NoDamage {
		return fmt.Sprintf("%d:%s", t.Effect, damageNames[t.Damage])
	}
	return fmt.Sprintf("%d:%d", t.Effect, t.Bytes)
}

// Words say what is left of the sector: "first 100 bytes kept".
func (t Tear) Words() string {
	if t.Damage != NoDamage {
		return "its physical sector " + damageNames[t.Damage]
	}
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
			return nil, fmt.Errorf("%w: tear %q: want EFFECT:BYTES, EFFECT:garbage or EFFECT:unreadable", ErrState, part)
		}
		effect, err := parseNumber(id)
		if err != nil {
			return nil, err
		}
		tear, err := parseTear(kept)
		if err != nil {
			return nil, err
		}
		tear.Effect = EffectID(effect)
		tears = append(tears, tear)
	}
	return tears, nil
}

func parseTear(text string) (t Tear, err error) {
	if i := slices.Index(damageNames[:], text); i > 0 {
		return Tear{Damage: Damage(i)}, nil
	}
	last, negative := strings.CutPrefix(text, "-")
	if t.Bytes, err = parseNumber(last); negative {
		t.Bytes = -t.Bytes
	}
	return t, err
}

func parseNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > effectsMax {
		return 0, fmt.Errorf("%w: %q is not a number from 0 to %d", ErrState, text, effectsMax)
	}
	return n, nil
}
