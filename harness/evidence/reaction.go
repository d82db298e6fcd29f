package evidence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// Reaction is what an engine makes of a corruption.
type Reaction string

// The reactions, the best first.
const (
	// Masked: it shows what it shows without the corruption.
	Masked Reaction = "masked"
	// Detected: an open or a read says that what is stored is corrupt.
	Detected Reaction = "detected"
	// NotRead: only a file of a snapshot is damaged, and no call is known to have written it,
	// so that the engine cannot be asked to read it.
	NotRead Reaction = "not read"
	// Refused: it does not open, or a read fails, and it does not say that this is why.
	Refused Reaction = "refused"
	// TailLost: a crash may take what is missing, or it was in the damaged records, and the
	// file holds nothing intact that was written later: no store can tell this from a crash in a write.
	TailLost Reaction = "tail lost"
	// Older: an older version stands where the disk lost the newer one, and was valid: no
	// checksum tells.
	Older Reaction = "older version"
	// Unjudged: whether it may show what it shows could not be found out within the checker's limits.
	Unjudged Reaction = "not judged"
	// Truncated: what was acknowledged is missing, and nobody is told.
	Truncated Reaction = "silent truncation"
	// Wrong: it shows what it never had.
	Wrong Reaction = "wrong data"
	// Crashed: it panics, hangs, or its process ends.
	Crashed Reaction = "crash"
)

// Reactions returns all of them, the best first.
func Reactions() []Reaction {
	return []Reaction{Masked, NotRead, Detected, Refused, TailLost, Older, Unjudged, Truncated, Wrong, Crashed}
}

// IsSilent reports whether an engine that claims to detect corruption may not react so.
func (r Reaction) IsSilent() bool { return r == Truncated || r == Wrong }

// Corruptible is what a life leaves if nothing of it is lost.
type Corruptible struct {
	Life  *Life
	Image *faultfs.Image
	// Whole is what the engine shows of it.
	Whole models.View
	// Records are what was written of it in the life.
	Records []corrupt.Record
	// Restores is what the engine shows once it started over from a file beside it, as far as
	// it was asked to.
	Restores map[string]models.View

	history models.History
	wrote   map[int]bool // calls of the life
}

// Corruptible returns what the life leaves as the image has it, of which the engine shows whole.
func (l *Life) Corruptible(image *faultfs.Image, whole models.View) *Corruptible {
	c := &Corruptible{
		Life: l, Image: image, Whole: whole, Records: corrupt.Records(l.Journal, image), Restores: map[string]models.View{},
		history: l.wholeHistory(), wrote: map[int]bool{},
	}
	for _, e := range l.Journal.Events {
		if e.Kind == journal.EventWrite {
			c.wrote[e.Call] = true
		}
	}
	return c
}

// Reaction returns what the engine made of a corruption, where r came of opening what was
// left, and a sentence on what is wrong, "" for nothing.
func (c *Corruptible) Reaction(what *corrupt.Corruption, r *models.Recovered) (Reaction, string) {
	if r.Restored != "" {
		return c.restored(r)
	}
	view := r.View
	if view == nil || read(view).Key() == read(c.Whole).Key() {
		switch {
		case r.Failure != nil:
			return reactionOf(r.Failure), r.Failure.String()
		case view.Key() != c.Whole.Key():
			return NotRead, ""
		case r.Again == nil || r.ShowsAgain():
			return Masked, ""
		}
		view = r.Again // what it read the first time is gone the second time
	}
	shown := &models.Recovered{View: view}
	end := len(c.Life.Journal.Events)
	outcome, was := c.Life.Outcome(end, shown), c.wasEver(shown)
	switch {
	case outcome == models.Pass || was == models.Pass && (what.Kind == corrupt.Lying || c.isTailOf(what, shown)):
		return TailLost, ""
	case what.RestoresOld:
		return Older, "" // of however many calls ago, or a mixture of old and new
	case was == models.Pass && outcome == models.Fail:
		return Truncated, sentenceOf(c.Life.Verdict(end, shown))
	case was == models.Fail && outcome == models.Fail:
		return Wrong, sentenceOf(c.Life.Verdict(end, shown))
	}
	return Unjudged, ""
}

// IsUnread reports whether the engine shows all that it shows without a corruption, but for a
// file beside it that is not the same: it did not read that.
func (c *Corruptible) IsUnread(r *models.Recovered) bool {
	return r.Failure == nil && r.View.Key() != c.Whole.Key() && read(r.View).Key() == read(c.Whole).Key()
}

// restored returns what the engine made of a corruption of the file that it was asked to start over
// from. It may refuse that, or show what it shows once it started over from the file as
// it was.
func (c *Corruptible) restored(r *models.Recovered) (Reaction, string) {
	whole := c.Restores[r.Restored]
	switch {
	case r.Failure != nil:
		return reactionOf(r.Failure), r.Failure.String()
	case read(r.View).Key() == read(whole).Key():
		return Masked, ""
	}
	return Wrong, fmt.Sprintf("started over from %s it shows %s, where that held %s", r.Restored, read(r.View), read(whole))
}

// Judge judges what came back of a corruption. Only a silent reaction fails. Of what some goroutine of the
// engine's own wrote it is not known for whom: the verdict is unknown then.
func (c *Corruptible) Judge(what *corrupt.Corruption, r *models.Recovered) models.Verdict {
	reaction, shown := c.Reaction(what, r)
	property, how := models.NoSilentCorruption, "shows what it never had"
	switch reaction {
	case Truncated:
		property, how = models.NoSilentTruncation, "leaves out what was acknowledged"
	case Wrong:
	case Unjudged:
		return models.Verdict{}
	default:
		return models.Verdict{Outcome: models.Pass}
	}
	var ids []int
	damaged := ""
	for _, record := range c.Records {
		id := c.Life.Journal.Events[record.Event].Call
		if what.Damages(record) && id == 0 {
			return models.Verdict{}
		}
		if what.Damages(record) && !slices.Contains(ids, id) {
			ids = append(ids, id)
			damaged = ", which " + c.Life.CallText(id) + " wrote"
		}
	}
	if instead := shownInstead(c.Whole, r); instead != "" && r.Restored == "" {
		shown = how + instead
	}
	return models.Verdict{Outcome: models.Fail, Violations: models.Broken(property, ids,
		"%s%s; opened on that the engine reports nothing, and %s", what, damaged, shown)}
}

// sentenceOf returns what is wrong, "" for nothing. No crash came, of which a sentence on what came back
// speaks otherwise.
func sentenceOf(v models.Verdict) string {
	if len(v.Violations) == 0 {
		return ""
	}
	return strings.NewReplacer(" after the crash", "", " before the crash", "").Replace(v.Violations[0].Sentence)
}

// reactionOf returns the reaction of an engine that failed to open or to read.
func reactionOf(f *models.Failure) Reaction {
	switch {
	case f.Manner == engines.MannerMismatch:
		return Wrong
	case f.Manner != engines.MannerError:
		return Crashed
	case f.Corrupt:
		return Detected
	}
	return Refused
}

// wasEver returns whether the engine was ever in the state that is shown, before a crash of its
// lives or since.
func (c *Corruptible) wasEver(shown *models.Recovered) models.Outcome {
	forgetting, ok := c.Life.contract.Forgetting()
	if !ok {
		return models.Fail
	}
	return c.legalIn(forgetting, c.history, shown)
}

// legalIn returns whether what is shown may be left when a history ends.
func (c *Corruptible) legalIn(contract models.Contract, h models.History, shown *models.Recovered) models.Outcome {
	end := 0
	for _, call := range h {
		end = max(end, call.Invoked, call.Returned)
	}
	k := models.NewChecker(contract, c.Life.Lives()[0].Start, h)
	return k.Judge(k.Position(end), shown).Outcome
}

// isTailOf reports whether what is missing of what is shown is the end of what was written: no store
// can tell that this was ever acknowledged. In each file that is damaged nothing that a later call
// wrote is intact, and what is shown is as if the calls that wrote what is damaged had
// never returned. What an opening or a goroutine of the engine's own wrote again is a record like
// others, written then: of that one call may be missing.
func (c *Corruptible) isTailOf(what *corrupt.Corruption, shown *models.Recovered) bool {
	ids, rewritten := map[int]bool{}, false
	first := map[string]int{}     // the first damaged record of each file, by its event
	for _, r := range c.Records { // in the order of the writes
		call := c.Life.Journal.Events[r.Event].Call
		at, damagedBefore := first[r.Path]
		switch {
		case what.Damages(r):
			if !damagedBefore {
				first[r.Path] = r.Event
			}
			rewritten = rewritten || !c.writes(call)
			ids[call] = true
		case damagedBefore && c.Life.Journal.Events[at].Call != call:
			return false
		}
	}
	return c.legalWithout(ids, shown) || rewritten && c.lacksOne(shown)
}

// lacksOne reports whether what is shown is legal if one of the last calls that write had never
// returned.
func (c *Corruptible) lacksOne(shown *models.Recovered) bool {
	tries := 16
	for _, call := range slices.Backward(c.history) {
		if !call.Op.MustWrite() {
			continue
		}
		if tries--; tries < 0 || c.legalWithout(map[int]bool{call.ID: true}, shown) {
			return tries >= 0
		}
	}
	return false
}

// writes reports whether a call of the life writes.
func (c *Corruptible) writes(id int) bool {
	return slices.ContainsFunc(c.Life.Calls, func(call models.Call) bool { return call.ID == id && call.Op.MustWrite() })
}

// legalWithout reports whether what is shown is legal if some calls never returned, and nobody
// read or flushed what they did. Nor did those behind them return that wrote nothing, as one that is
// told that it comes again: they left nothing to tell by.
func (c *Corruptible) legalWithout(ids map[int]bool, shown *models.Recovered) bool {
	var h models.History
	met := false
	for _, call := range c.history {
		switch {
		case ids[call.ID], met && call.Op.MustWrite() && !c.wrote[call.ID]:
			met = true
			call.Returned, call.Result = models.Pending, models.Result{}
		case call.Op.Reads() || met && call.Op.Forces():
			continue
		}
		h = append(h, call)
	}
	return c.legalIn(c.Life.contract.Unshown(), h, shown) == models.Pass
}
