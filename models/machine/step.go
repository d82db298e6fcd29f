package machine

import (
	"slices"

	"github.com/ackproof/ackproof/models"
)

// Step returns the state after c, or false if no machine that keeps the contract can have
// given c's result in s. In a state of which too much is not known, any can.
func (m spec) Step(state models.SpecState, c *models.Call) (models.SpecState, bool) {
	s := state.(*specState)
	next, ok := m.step(s, c)
	if !ok || s.crowded {
		return s, ok
	}
	var puts models.PropertySet
	if c.MasksFault() {
		puts = puts.With(models.ErrorSurfaced)
	}
	if c.BesideStuck && c.Returned != models.Pending {
		puts = puts.With(models.ReadersNotBlocked)
	}
	if next.tested|puts == next.tested {
		return next, true
	}
	tested := *next
	tested.tested |= puts
	return &tested, true
}

func (m spec) step(s *specState, c *models.Call) (*specState, bool) {
	op, pending := opOf(c), c.Returned == models.Pending
	switch {
	case s.crowded, (pending || c.IsExcused()) && op.Kind > Stop:
		return s, true
	case op.Kind == reopen || op.Kind == crash:
		return m.restart(s, c)
	case op.Reads():
		// A read narrows nothing: what it did not show may show up later.
		ok := slices.ContainsFunc(s.worlds, func(w *world) bool { return w.reads(c) })
		return s, ok && !(c.IsBlocked() && m.ReadersNotBlocked)
	case c.IsExcused(), pending && c.MayBeRefused():
		return m.perhaps(s, c), true
	}
	return m.surely(s, c)
}

func (m spec) restart(s *specState, c *models.Call) (*specState, bool) {
	r := c.Result.Recovered
	if r == nil || c.Result.Err != "" || !m.Legal(s, r, c) {
		return s, false
	}
	return m.Adopt(s, r, c).(*specState), true
}

// perhaps returns the state after c, which may have happened, in part as the claims allow,
// or not, and promises nothing.
func (m spec) perhaps(s *specState, c *models.Call) *specState {
	worlds := slices.Clone(s.worlds)
	for i, w := range s.worlds {
		effects, _ := m.plan(w, c)
		for _, e := range effects {
			if e.file != nil {
				worlds[i] = w.after(e, c, s.eras+1) // anything may be there now
			}
			for n := range e.states {
				part := e
				part.states = e.states[:n+1]
				worlds = append(worlds, w.after(part, c, s.eras+1))
			}
			if e.stopped != w.stopped {
				worlds = append(worlds, w.after(e, c, s.eras+1))
			}
		}
	}
	return s.among(worlds)
}

// surely returns the state after c, which had its result or is pending; false if no world
// allows that. What worlds that do not had made may still show up.
func (m spec) surely(s *specState, c *models.Call) (*specState, bool) {
	var gone, worlds []*world
	effects := make([][]effect, len(s.worlds))
	for i, w := range s.worlds {
		if effects[i] = m.agreeing(w, c); len(effects[i]) == 0 {
			gone = append(gone, w)
		}
	}
	for i, w := range s.worlds {
		for _, e := range effects[i] {
			next := w.graft(gone).after(e, c, s.eras+1)
			m.keep(next, c)
			worlds = append(worlds, next)
		}
	}
	return s.among(worlds), len(worlds) > 0
}

// agreeing returns what c may have made of w, with the result that it had.
func (m spec) agreeing(w *world, c *models.Call) []effect {
	effects, verdict := m.plan(w, c)
	nothing := effect{stopped: w.stopped}
	switch {
	case c.Refused() && verdict == mustAccept:
		return nil
	case c.Refused():
		if opOf(c).Kind == Restore && verdict == mustRefuse {
			nothing.refused = w.wrongly(opOf(c), causeOf(c))
		}
		if nothing.refused != nil {
			nothing.tested = models.SetOf(models.SnapshotRefused)
		}
		return []effect{nothing}
	case c.Returned == models.Pending && verdict != mustAccept:
		return append(effects, nothing)
	case c.Returned != models.Pending && opOf(c).Kind == Apply:
		return slices.DeleteFunc(effects, func(e effect) bool { return !slices.Equal(e.results, AnswerOf(c).Results) })
	}
	return effects
}

// keep makes durable in w what c, which has happened there, forces by returning.
func (m spec) keep(w *world, c *models.Call) {
	if m.Volatile || !c.Succeeded() {
		return
	}
	op, by := opOf(c), causeOf(c)
	forces := func(claimed bool, data, meta *version) {
		if claimed {
			w.keepData(data, by)
			w.keepMeta(meta, by)
		}
	}
	returned := w.now.returnedBefore(c.Invoked)
	switch op.Kind {
	case Apply:
		if n := len(op.Entries); n > 0 {
			forces(m.ApplyDurable, w.now.at(op.Entries[n-1].Index), w.meta)
		}
	case PersistApplied:
		forces(!m.PersistNeedsFlush, w.now.at(op.Position.Index), w.meta)
	case PersistMetadata:
		forces(!m.PersistNeedsFlush, w.data, w.now)
	case Restore:
		forces(m.RestoreDurable, w.now, w.now)
	case Reset:
		forces(m.ResetDurable, w.now, w.now)
	case SaveHardState:
		forces(!m.PersistNeedsFlush, returned, returned)
	case Flush:
		forces(true, returned, returned)
		w.keepFiles(c.Invoked, by)
	case Stop, ending:
		forces(m.ShutdownDurable, returned, returned)
		if m.ShutdownDurable {
			w.keepFiles(c.Invoked, by)
		}
	}
}

// Line reports whether at most one of calls, all of which are pending, changes anything:
// then any order allows what another does.
func (spec) Line(calls []models.Call) bool {
	writes := 0
	for i := range calls {
		if op := opOf(&calls[i]); op.MustWrite() || op.Kind == Stop {
			writes++
		}
	}
	return writes <= 1
}
