package canary_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// TestExplained holds that the explanation of each canary's finding leads to what
// is planted in it: the sync that was left out, or the function that holds the
// bug.
func TestExplained(t *testing.T) {
	plants := plantedIn(t, ".")
	var table strings.Builder
	for i, c := range canary.All() {
		if models.SetOf(models.NoSilentCorruption, models.NoSilentTruncation).Has(models.Property(c.Property)) {
			continue // no crash explains them: TestDamageShrunk
		}
		want, ok := explanations[c.Name]
		if !ok {
			t.Errorf("no explanation is wanted of %s: say which in the table", c.Name)
		}
		if testing.Short() && i%20 != 0 || !ok {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			growing := c.Property == string(models.SpaceReclaimed) // which no crash state shows, so there is one finding
			start := time.Now()
			// What shows without a crash is found early, and loses nothing.
			late := want.culprit == "" && !c.Faults && !growing && want.but != "without a crash"
			f, findings := findingOf(t, c, late, want.oneLife)
			took := time.Since(start)
			want.check(t, f, plants[c.Name])
			if !testing.Short() && took > 30*time.Second*time.Duration(findings) { // the race detector takes as long again
				t.Errorf("finding, shrinking and explaining took %v, want at most 30 s for each of %d", took, findings)
			}
			table.WriteString(row(f, took))
		})
	}
	if testing.Short() {
		t.Log("-short: only every twentieth canary was explained")
	}
	t.Logf("\n%s", &table)
}

// findingOf returns the finding of a canary's property that loses least, one of a crash if there is
// one, and how many there are. Where nothing need be lost, another may have been found before it.
func findingOf(t *testing.T, c canary.Canary, losesNothing, oneLife bool) (found *evidence.Case, findings int) {
	t.Helper()
	profile := crash.Ext4Ordered()
	if c.Profile == crash.StrictPosix().Name {
		profile = crash.StrictPosix()
	}
	config := harness.Config{Profile: profile, HangAfter: hangAfter(c), Faults: faultsOf(c), Until: c.Property}
	if oneLife {
		config.SecondLives = -1
	}
	if losesNothing {
		config.Until, config.FindingsMax = "", 3
	}
	o, err := harness.Verify(t.Context(), c.Factory(), config)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range o.Findings {
		if string(f.Property()) == c.Property && (found == nil || saysMore(f, found)) {
			found = f
		}
	}
	if found == nil || found.Explanation == nil {
		t.Fatalf("got %v, want an explained finding of %s", o.Findings, c.Property)
	}
	return found, len(o.Findings)
}

// saysMore reports whether a finding loses less than another, or as little in a crash as the other
// shows without one.
func saysMore(f, than *evidence.Case) bool {
	return len(f.Lost()) < len(than.Lost()) || than.Live && !f.Live && len(f.Lost()) == 0
}

func (w explained) check(t *testing.T, f *evidence.Case, plant planted) {
	t.Helper()
	e := f.Explanation
	if calls := len(f.Life.Calls); calls > cmp.Or(w.calls, 3) || len(e.Culprits) > 2 {
		t.Errorf("got %d calls and %d lost effects, want at most %d and 2", calls, len(e.Culprits), cmp.Or(w.calls, 3))
	}
	w.words = append(w.words, string(f.Property()))
	leaves := f.Property() == models.CloseReleases // at each close, whatever came before
	if !f.Live && !leaves {
		w.words = append(w.words, "after event")
	}
	for _, words := range w.words {
		if !strings.Contains(e.Sentence, words) {
			t.Errorf("got the sentence %q, want %q in it", e.Sentence, words)
		}
	}
	if leaves { // the sentence names it, and its place is no event's
		w.checkNoFsync(t, e)
		return
	}
	if w.fails != fault.AnyCall {
		w.checkFault(t, f, plant)
		return
	}
	w.checkCulprits(t, f)
	if w.sync == "" {
		w.checkNoFsync(t, e)
	} else {
		w.checkMissingFsync(t, f)
	}
	if named := plant.in(place(e)); plant.file != "" && !named || plant.file == "" && !w.nowhere {
		t.Errorf("the explanation does not name the plant, %+v (nowhere: %v):\n%v", plant, w.nowhere, e)
	}
	failing := 0
	for _, p := range e.ByPoint {
		failing += p.Failing
		if late := e.MissingFsync != nil && p.Point <= e.MissingFsync.After; late && p.Failing > 0 {
			t.Errorf("point %d fails, though the sync is missing after event %d only", p.Point, e.MissingFsync.After)
		}
	}
	if failing == 0 && !f.Live {
		t.Error("no crash point fails")
	}
}

func (w explained) checkCulprits(t *testing.T, f *evidence.Case) {
	t.Helper()
	if (len(f.Explanation.Culprits) > 0) != (w.culprit != "") {
		t.Errorf("got culprits %v, want some of %q", f.Explanation.Culprits, w.culprit)
	}
	for _, c := range f.Explanation.Culprits {
		e := f.Life.Journal.Events[c.Event]
		if !matches(t, w.culprit, e.Path) || len(c.Frames) == 0 || c.Call != e.Call {
			t.Errorf("got the culprit %+v of %v, want one of %q in its call with its place in the code", c, e, w.culprit)
		}
	}
}

// checkFault holds that the program has the fault alone that shows the bug, and that the
// explanation says where in the engine it fired: in what is planted.
func (w explained) checkFault(t *testing.T, f *evidence.Case, plant planted) {
	t.Helper()
	var faults []fault.Fault
	for _, s := range f.Program {
		if s.Kind.IsFault() {
			faults = append(faults, s.Fault)
		}
	}
	if len(faults) != 1 || faults[0].Call != w.fails {
		t.Errorf("got the faults %v, want one of %v", faults, w.fails)
	}
	inPlant := func(fired evidence.FiredFault) bool {
		return len(fired.Frames) > 0 && (w.nowhere || plant.in(fired.Frames))
	}
	if !slices.ContainsFunc(f.Explanation.Faults, inPlant) {
		t.Errorf("no fault is said to have fired in the plant, %+v:\n%v", plant, f.Explanation)
	}
}

func (w explained) checkNoFsync(t *testing.T, e *evidence.Explanation) {
	t.Helper()
	if e.MissingFsync != nil || !strings.Contains(e.NoFsync, w.but) {
		t.Errorf("got the fsync %+v and %q, want none and %q", e.MissingFsync, e.NoFsync, w.but)
	}
}

func (w explained) checkMissingFsync(t *testing.T, f *evidence.Case) {
	t.Helper()
	m := f.Explanation.MissingFsync
	if m == nil {
		t.Fatalf("got no fsync (%s), want one of %s", f.Explanation.NoFsync, w.sync)
	}
	call := ""
	for _, c := range f.Life.Calls {
		if c.ID == m.Call {
			call = c.Op.Word()
		}
	}
	if !matches(t, w.sync, m.Path) || m.Dir != strings.HasPrefix(w.sync, "/") || call != w.call || m.Before <= m.After {
		t.Errorf("got the fsync %+v in a %v, want one of %s in a %v", m, call, w.sync, w.call)
	}
}

// place returns the stack that an explanation names.
func place(e *evidence.Explanation) []journal.Frame {
	switch {
	case e.MissingFsync != nil:
		return e.MissingFsync.Frames
	case len(e.Recovery) > 0:
		return e.Recovery
	case e.DecisiveEvent != nil:
		return e.DecisiveEvent.Frames
	}
	return nil
}

func matches(t *testing.T, pattern, path string) bool {
	t.Helper()
	name := path
	if !strings.HasPrefix(pattern, "/") {
		name = filepath.Base(path)
	}
	ok, err := filepath.Match(pattern, name)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// row returns what was said of a canary, for the record.
func row(f *evidence.Case, took time.Duration) string {
	e := f.Explanation
	verdict := "none: " + e.NoFsync
	if e.MissingFsync != nil {
		verdict = e.MissingFsync.Sentence
	}
	at := ""
	if frames := place(e); len(frames) > 0 {
		at = fmt.Sprintf(" @ %s:%d", filepath.Base(frames[0].File), frames[0].Line)
	}
	var culprits []string
	for _, c := range e.Culprits {
		culprits = append(culprits, fmt.Sprintf("%s (event %d, call %d)", c.What, c.Event, c.Call))
	}
	return fmt.Sprintf("%s | %s | %s | %s%s | %d calls | %d lost | %.1f s\n",
		f.Engine, e.Sentence, strings.Join(culprits, ", "), verdict, at, len(f.Life.Calls), len(e.Culprits), took.Seconds())
}
