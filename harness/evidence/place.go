package evidence

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// Cause returns the failure's cause, as far as its state tells: the fewer effects it
// loses, the better.
func (f *Failure) Cause() Cause {
	c := Cause{Property: f.Property(), Shape: f.shape(), Damaged: f.damagedPlaces()}
	for _, id := range f.Lost() {
		c.Places = append(c.Places, f.Life.PlaceOf(id))
	}
	slices.SortFunc(c.Places, func(a, b Place) int { return cmp.Compare(a.String(), b.String()) })
	c.Places = slices.CompactFunc(c.Places, Place.Is)
	if len(c.Places) == 0 && len(c.Damaged) == 0 {
		c.Op = f.citedOp()
	}
	return c
}

// damagedPlaces returns the places that wrote what was damaged, in order and each once.
func (f *Failure) damagedPlaces() (out []Place) {
	for _, r := range f.Damaged() {
		out = append(out, f.Life.placeOfEvent(r.Event))
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(out, Place.writesLike)
}

// IsOf reports whether the failure is of the cause, as far as that shows without any
// recovery: something that it loses came from the cause's places, or nothing need be
// lost. All that is damaged came from those.
func (f *Failure) IsOf(c Cause) bool {
	if !c.explains(f.Property()) || c.Shape != f.shape() {
		return false
	}
	if damaged := f.damagedPlaces(); len(damaged) > 0 || len(c.Damaged) > 0 {
		return c.hasDamaged(damaged)
	}
	if lost := f.Lost(); len(c.Places) == 0 || len(lost) == 0 {
		return len(c.Places) == len(lost) && c.Op == f.citedOp()
	}
	return f.Life.LosesAt(f.State, c)
}

// LosesAt reports whether a state loses something that came from a cause's places; if it
// has none, nothing need be lost.
func (l *Life) LosesAt(state crash.State, c Cause) bool {
	return len(c.Places) == 0 || slices.ContainsFunc(l.Crashes().Lost(state), func(id crash.EffectID) bool { return c.Has(l.PlaceOf(id)) })
}

// GiveBack returns the failure's state with some of the lost effects kept, and those
// that must be durable before them. It reports whether that is a state.
func (f *Failure) GiveBack(back []crash.EffectID) (crash.State, bool) {
	space, lost := f.Life.Crashes(), f.Lost()
	back = slices.Clone(back)
	for i := 0; i < len(back); i++ {
		for _, need := range space.Needs(back[i]) {
			if slices.Contains(lost, need) && !slices.Contains(back, need) {
				back = append(back, need)
			}
		}
	}
	lost = slices.DeleteFunc(lost, func(id crash.EffectID) bool { return slices.Contains(back, id) })
	return space.Losing(f.State, lost)
}

// Like reports whether two failures break the same property in the same manner.
func (f *Failure) Like(o *Failure) bool {
	return f.Property() == o.Property() && manner(f.failed()) == manner(o.failed())
}

// PlaceOf returns the place that an effect of the life came from. It is safe for
// concurrent use.
func (l *Life) PlaceOf(id crash.EffectID) Place {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, known := l.places[id]
	if known {
		return p
	}
	p = l.placeOfEvent(l.Crashes().Effect(id).Event)
	if l.places == nil {
		l.places = map[crash.EffectID]Place{}
	}
	l.places[id] = p
	return p
}

// placeOfEvent returns the place that an event of the life came from.
func (l *Life) placeOfEvent(event int) Place {
	e := l.Journal.Events[event]
	return Place{Event: e.Kind.String(), File: role(e.Path), Op: l.opOf(e.Call), By: functions(l.FramesAt(event))}
}

// opOf returns the kind of a call of the life, "" for number 0. A number that no call
// has is that of the opening.
func (l *Life) opOf(id int) string {
	if id == 0 {
		return ""
	}
	for i := range l.Calls {
		if l.Calls[i].ID == id {
			return l.Calls[i].Op.Word()
		}
	}
	return "open"
}

// citedOp returns the kind of the last call that the verdict cites, "" for none.
func (f *Failure) citedOp() string {
	calls := f.first().Calls
	switch {
	case f.Left() != nil:
		return models.Close.Word() // that of a recovery is no call of the life
	case len(calls) == 0:
		return ""
	}
	return f.Life.opOf(calls[len(calls)-1])
}

// shape returns how the engine failed, "" if it only showed something wrong. One bug has
// many texts where something was lost, so these matter only where nothing need be.
func (f *Failure) shape() string {
	failed := f.failed()
	if failed == nil {
		return ""
	}
	if len(f.Lost()) > 0 {
		return manner(failed)
	}
	out := failed.Manner // with a crash and without one it fails in other phases
	if !failed.Hung() {  // the text of a hang names the limit
		out += ": " + masked(failed.Text)
	}
	return out
}

// manner returns for instance "error in open" or "panic in read at log.decode", "" for no
// failure.
func manner(f *models.Failure) string {
	if f == nil {
		return ""
	}
	out := f.Manner
	if f.Phase != 0 {
		out += " in " + f.Phase.String()
	}
	if f.Manner == engines.MannerPanic {
		if frames := EngineFrames(ParseStack(f.Stack)); len(frames) > 0 {
			out += " at " + functions(frames[:1])
		}
	}
	return out
}

// ShapeOf returns how an engine failed to open or recover, without what differs from
// image to image.
func ShapeOf(f *models.Failure) string { return manner(f) + ": " + masked(f.Text) }

// failed returns how the engine failed, nil if it only showed something wrong.
func (f *Failure) failed() *models.Failure {
	if left := f.Left(); left != nil {
		return &models.Failure{Manner: "left", Text: left[0]} // the first tells causes apart
	}
	if !f.Live {
		if f.Recovered == nil {
			return nil
		}
		return f.Recovered.Failure
	}
	cited := f.first().Calls
	for _, c := range f.Life.Calls {
		if !slices.Contains(cited, c.ID) {
			continue
		}
		switch {
		case c.Result.Failure != nil:
			return c.Result.Failure
		case c.Result.Recovered != nil && c.Result.Recovered.Failure != nil:
			return c.Result.Recovered.Failure
		case c.Result.Err != "":
			return &models.Failure{Manner: engines.MannerError, Text: c.Result.Err}
		}
	}
	return nil
}

var changing = regexp.MustCompile(`[0-9A-Za-z]*[0-9][0-9A-Za-z]*`)

// masked returns a text without its words that hold digits, cut to what tells errors
// apart.
func masked(text string) string {
	const runesMax = 160
	out := []rune(changing.ReplaceAllLiteralString(strings.ToValidUTF8(text, "?"), "*"))
	return string(out[:min(len(out), runesMax)])
}

var digits = regexp.MustCompile(`[0-9]+`)

// role returns the last part of a path with its digits masked, so that files of one
// role have one name. It holds nothing that a signature gives a meaning.
func role(path string) string {
	base := path[strings.LastIndexByte(path, '/')+1:]
	base = digits.ReplaceAllLiteralString(strings.ToValidUTF8(base, "?"), "*")
	return cmp.Or(strings.Map(func(r rune) rune {
		if r <= ' ' || r == ';' || r == '#' || r == '"' || r == 0x7F {
			return '?'
		}
		return r
	}, base), "/")
}

// functions returns the innermost function of a stack and its caller, which is often
// what tells two uses of one helper apart. They have no lines, which every change of
// the source moves.
func functions(frames []journal.Frame) string {
	var out []string
	for _, f := range frames[:min(len(frames), 2)] {
		out = append(out, path.Base(f.Function))
	}
	return strings.Join(out, " < ")
}
