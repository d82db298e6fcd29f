package reports

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// Corruption is what went wrong with stored bytes, who had written them, and what would have told.
type Corruption struct {
	// Kind is the kind of corruption, such as "bit flip", and What says which bytes of which file.
	Kind string `json:"kind"`
	What string `json:"what"`
	// Bytes are those that are not as they were stored.
	Bytes []CorruptedBytes `json:"bytes"`
	// Writes are those that stored them, in their order.
	Writes []CorruptedWrite `json:"writes"`
	// Tried is what the engine made of other corruptions of the same writes. Empty if nobody
	// looked.
	Tried []TriedCorruption `json:"tried,omitempty"`
	// Advice says which check would have told.
	Advice string `json:"advice"`
}

// CorruptedBytes is a run of bytes of a file that are not as they were stored.
type CorruptedBytes struct {
	// File is the file's path. Offset is where the run begins in it, and Length how many bytes it
	// has.
	File   string `json:"file"`
	Offset int64  `json:"offset"`
	Length int    `json:"length"`
	// Stored is what was written and Found what stands there, in hexadecimal: the first 32
	// bytes.
	Stored string `json:"stored"`
	Found  string `json:"found"`
}

// CorruptedWrite is a write of the engine's.
type CorruptedWrite struct {
	// Event is the number of its event in the last life, and What that in words.
	Event int    `json:"event"`
	What  string `json:"what"`
	// Call is the call of the engine's that it belongs to, as "call 3 persist 4", "" if that is
	// not known.
	Call string `json:"call,omitempty"`
	// Stack is who wrote, innermost function first; empty where not known.
	Stack []string `json:"stack,omitempty"`
}

// TriedCorruption is how often an engine reacted in one manner to corruptions of one kind.
type TriedCorruption struct {
	// Kind is the kind of corruption, Reaction what the engine made of it, such as "detected" or
	// "silent truncation", and Count how often it did.
	Kind     string `json:"kind"`
	Reaction string `json:"reaction"`
	Count    int    `json:"count"`
	// Offsets are where in the file a bit flipped; left out for other kinds.
	Offsets []int64 `json:"offsets,omitempty"`
}

// newCorruption returns what was corrupted in plain values, nil for nothing.
func newCorruption(f *evidence.Case) *Corruption {
	if !f.HasDamage() {
		return nil
	}
	out := &Corruption{
		Kind: string(f.Damage().Kind), What: f.Damage().What, Bytes: []CorruptedBytes{}, Writes: []CorruptedWrite{}, Advice: f.DamageAdvice(),
	}
	if harm := f.Life.Harm; harm != nil {
		out.What += fmt.Sprintf(", before call %d, while the engine was open", harm.Before)
	}
	for _, r := range f.DamagedRanges() {
		out.Bytes = append(out.Bytes, CorruptedBytes{r.Path, r.Off, len(r.Stored), firstBytes(r.Stored), firstBytes(r.Found)})
	}
	for _, r := range f.Damaged() {
		e := f.Life.Journal.Events[r.Event]
		out.Writes = append(out.Writes, CorruptedWrite{r.Event, e.String(), f.Life.CallText(e.Call), frameTexts(f.Life.FramesAt(r.Event))})
	}
	if f.Explanation != nil {
		for _, d := range f.Explanation.Damages {
			out.Tried = append(out.Tried, TriedCorruption{string(d.Kind), string(d.Reaction), d.Count, d.Offs})
		}
	}
	return out
}

// firstBytes returns the first of some bytes in hexadecimal.
func firstBytes(data []byte) string {
	const bytesMax = 32
	return fmt.Sprintf("%x", data[:min(len(data), bytesMax)])
}

// Text returns for instance "byte 540 of /db/state-0: 01 was stored, 11 is there".
func (b CorruptedBytes) Text() string {
	const digitsMax = 16
	what := fmt.Sprintf("byte %d", b.Offset)
	if b.Length > 1 {
		what = fmt.Sprintf("bytes %d to %d", b.Offset, b.Offset+int64(b.Length)-1)
	}
	short := func(hex string) string {
		if len(hex) > digitsMax || 2*b.Length > len(hex) {
			return hex[:min(len(hex), digitsMax)] + "..."
		}
		return hex
	}
	return fmt.Sprintf("%s of %s: %s was stored, %s is there", what, b.File, short(b.Stored), short(b.Found))
}

// TriedTexts returns a line for each kind of corruption that was tried, for instance "bit flip: 13
// detected, 3 wrong data (bytes 540, 548, 556)".
func (c *Corruption) TriedTexts() (out []string) {
	at := map[string]int{} // the line of each kind
	for _, t := range c.Tried {
		if i, again := at[t.Kind]; again {
			out[i] += ", " + t.text()
			continue
		}
		at[t.Kind] = len(out)
		out = append(out, t.Kind+": "+t.text())
	}
	return out
}

// text returns for instance "3 wrong data (bytes 540, 548, 556)". Where the engine tells is no news.
func (t TriedCorruption) text() string {
	out := fmt.Sprintf("%d %s", t.Count, t.Reaction)
	if !evidence.Reaction(t.Reaction).IsSilent() || len(t.Offsets) == 0 {
		return out
	}
	const namedMax = 6
	var offsets []string
	for _, off := range t.Offsets[:min(len(t.Offsets), namedMax)] {
		offsets = append(offsets, fmt.Sprint(off))
	}
	if more := len(t.Offsets) - namedMax; more > 0 {
		offsets = append(offsets, fmt.Sprintf("%d more", more))
	}
	word := "bytes "
	if len(t.Offsets) == 1 {
		word = "byte "
	}
	return out + " (" + word + strings.Join(offsets, ", ") + ")"
}

// lines returns the corruption in lines, the deeper ones of which begin with a blank.
func (c *Corruption) lines() []string {
	out := []string{c.What + "; no power failed, and all else is there as it was written"}
	for _, b := range c.Bytes {
		out = append(out, b.Text())
	}
	for _, w := range c.Writes {
		call := ""
		if w.Call != "" {
			call = ", in " + w.Call
		}
		out = append(out, fmt.Sprintf("written by event %d, %s%s", w.Event, w.What, call))
		for _, frame := range w.Stack {
			out = append(out, " at "+frame)
		}
	}
	if len(c.Tried) > 0 {
		out = append(out, fmt.Sprintf("what the engine makes of corruptions of %s:", c.writesText()))
	}
	for _, line := range c.TriedTexts() {
		out = append(out, " "+line)
	}
	return append(out, c.Advice)
}

// writesText is "this write" or "these writes".
func (c *Corruption) writesText() string {
	if len(c.Writes) == 1 {
		return "this write"
	}
	return "these writes"
}
