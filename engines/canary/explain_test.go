package canary_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// explained is what an explanation must say of a canary.
type explained struct {
	// words must be in its sentence.
	words []string
	// culprit is a pattern of the file or directory that lost something, "" where
	// nothing needs to be lost.
	culprit string
	// sync is the pattern of the file or directory that was not synced and call the
	// kind of call in which it was not; "" where no sync was forgotten.
	sync string
	call models.Kind
	// but is what the explanation says where no fsync helps.
	but string
	// calls is the most calls that it takes to show it, 0 for 3.
	calls int
	// oneLife leaves out lives after a crash: what they do is drawn, and a bug that shows
	// there first is not always made small.
	oneLife bool
	// nowhere says that the bug left no trace in any journal: what is wrong was
	// not done, or done in memory only.
	nowhere bool
}

// explanations are by canary.
var explanations = map[string]explained{
	"no-sync-on-persist":            {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Persist},
	"ack-before-sync":               {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Persist},
	"sync-of-wrong-file":            {words: []string{"call 3 persist", "the log ends at"}, culprit: "*.more", sync: "*.more", call: models.Persist},
	"disk-lies-about-sync":          {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.seg", sync: "*.seg", call: models.Persist, nowhere: true},
	"flush-does-nothing":            {words: []string{"made durable by call 3 flush", "the log is empty"}, culprit: "*.seg", sync: "*.seg", call: models.Flush, nowhere: true},
	"flush-of-newest-file-only":     {words: []string{"made durable by call 4 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Persist},
	"dirty-flag-before-sync":        {words: []string{"call 2 persist", "made durable by call 4 flush"}, culprit: "*.seg", sync: "*.seg", call: models.Flush, nowhere: true},
	"counts-during-sync":            {calls: 4, words: []string{"made durable by call", "flush"}, culprit: "*.seg", sync: "*.seg", call: models.Flush, nowhere: true},
	"new-name-not-synced":           {words: []string{"call 3 persist", "the log ends at"}, culprit: "*.more", sync: "/db", call: models.Persist},
	"rename-without-file-sync":      {words: []string{"call 2 persist", "during call 3 purge"}, culprit: "*.base.new", sync: "*.base.new", call: models.Purge},
	"rename-without-directory-sync": {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base.new", sync: "/db", call: models.Persist},
	"truncate-not-synced":           {words: []string{"call 3 truncate", "the log ends at"}, culprit: "*.base", sync: "*.base", call: models.Truncate},

	"old-tail-behind-new-entries": {words: []string{"followed after the crash by", "lost nothing"}, but: "more than one step"},
	"hole-in-batch":               {words: []string{"the log begins at 2 after the crash, yet no call purged", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope", oneLife: true},
	"batch-not-atomic":            {words: []string{"persist 1-2 (term 0)", "is atomic"}, culprit: "*.base", but: "recovery has to cope", oneLife: true},
	"replace-not-atomic":          {words: []string{"call 3 replace", "is atomic", "lost nothing"}, but: "more than one step"},
	"purge-before-boundary":       {words: []string{"purge boundary", "call 3 purge", "lost nothing"}, but: "more than one step"},

	"boundary-lost":              {words: []string{"the purge boundary is none", "call 3 purge", "lost nothing"}, but: "what is written is wrong"},
	"boundary-with-wrong-term":   {words: []string{"(term 1), by call 4 purge", "it is 2 (term 0)", "lost nothing"}, but: "what is written is wrong"},
	"last-index-of-entries-only": {words: []string{"the last index is 0", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"stale-range":                {words: []string{"call 4 read-range", "returned nothing"}, but: "without a crash", nowhere: true},

	"hard-state-in-place":    {words: []string{"call 2 save-hard-state", "the hard state is none"}, culprit: "hardstate", but: "more than one step"},
	"hard-state-not-synced":  {words: []string{"call 2 save-hard-state", "the hard state is none"}, culprit: "hardstate.new", sync: "hardstate", call: models.SaveHardState},
	"hard-state-torn":        {words: []string{"which was never saved", "call 2 save-hard-state", "lost nothing"}, but: "more than one step"},
	"vote-after-entries":     {words: []string{"call 2 save-hard-state", "call 3 persist", "the hard state is none"}, but: "call 2 save-hard-state term 0 vote 0 returned at event 4 and had written nothing", nowhere: true},
	"reset-loses-hard-state": {words: []string{"call 2 save-hard-state", "call 4 reset", "lost nothing"}, but: "what is written is wrong"},

	"zeros-taken-for-entry":        {words: []string{"came back after the crash with 0 bytes", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovery-cuts-acked":          {words: []string{"call 2 persist", "during call 3 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovery-differs-second-time": {words: []string{"the second showed", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"append-behind-torn-tail":      {words: []string{"the second showed", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovered-not-durable":        {words: []string{"the recovery of call 3 showed", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Reopen},
	"refuses-torn-tail":            {words: []string{"open after the crash failed: error"}, culprit: "*.base", but: "recovery has to cope"},
	"panics-on-torn-tail":          {words: []string{"open after the crash failed: panic"}, culprit: "*.base", but: "recovery has to cope"},
	"hangs-on-torn-tail":           {words: []string{"open after the crash failed: hang"}, culprit: "*.base", but: "recovery has to cope"},
	"read-only-after-torn-tail":    {words: []string{"probe failed", "read-only"}, culprit: "*.base", but: "recovery has to cope"},

	"close-not-synced":       {words: []string{"made durable by call 3 close", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Close, nowhere: true},
	"flush-skips-recovered":  {words: []string{"made durable by call 4 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Flush, nowhere: true},
	"append-split":           {words: []string{"call 2 persist 1-2", "is atomic", "lost nothing"}, but: "more than one step"},
	"tail-cut-by-recovery":   {words: []string{"call 3 persist 1", "the log ends at 1", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"last-index-before-sync": {words: []string{"was shown by call 3 read-last-index", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.ReadLastIndex, nowhere: true},

	"flush-forgets-full-file": {words: []string{"made durable by call 4 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: models.Persist},
	"record-beyond-buffer":    {words: []string{"call 2 persist 1", "the log is empty", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"zero-payload-ends-log":   {words: []string{"call 2 persist 1", "the log is empty", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"table-of-entries-full":   {words: []string{"returned before the crash, yet the log ends at", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"hole-beside-gaps":        {oneLife: true, words: []string{"the log begins at 2 after the crash, yet no call purged", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
}

// TestExplained holds that the explanation of each canary's finding leads to what
// is planted in it: the sync that was left out, or the function that holds the
// bug.
func TestExplained(t *testing.T) {
	plants := plantedIn(t, ".")
	var table strings.Builder
	for i, c := range canary.All() {
		if testing.Short() && i%10 != 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			want, ok := explanations[c.Name]
			if !ok {
				t.Fatal("no explanation is wanted of this canary: say which in the table")
			}
			start := time.Now()
			f, findings := findingOf(t, c, want.culprit == "", want.oneLife)
			took := time.Since(start)
			want.check(t, f, plants[c.Name])
			if !testing.Short() && took > 30*time.Second*time.Duration(findings) { // the race detector takes as long again
				t.Errorf("finding, shrinking and explaining took %v, want at most 30 s for each of %d", took, findings)
			}
			table.WriteString(row(f, took))
		})
	}
	if testing.Short() {
		t.Log("-short: only every tenth canary was explained")
	}
	t.Logf("\n%s", &table)
}

// findingOf returns the finding of a canary's property that loses least, and how many
// there are. Where nothing need be lost, another may have been found before it.
func findingOf(t *testing.T, c canary.Canary, losesNothing, oneLife bool) (found *evidence.Case, findings int) {
	t.Helper()
	profile := crash.Ext4Ordered()
	if c.Profile == crash.StrictPosix().Name {
		profile = crash.StrictPosix()
	}
	config := harness.Config{Profile: profile, HangAfter: hangAfter(c), Until: c.Property}
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
		if string(f.Property()) == c.Property && (found == nil || len(f.Lost()) < len(found.Lost())) {
			found = f
		}
	}
	if found == nil || found.Explanation == nil {
		t.Fatalf("got %v, want an explained finding of %s", o.Findings, c.Property)
	}
	return found, len(o.Findings)
}

func (w explained) check(t *testing.T, f *evidence.Case, plant planted) {
	t.Helper()
	e := f.Explanation
	if calls := len(f.Life.Calls); calls > cmp.Or(w.calls, 3) || len(e.Culprits) > 2 {
		t.Errorf("got %d calls and %d lost effects, want at most %d and 2", calls, len(e.Culprits), cmp.Or(w.calls, 3))
	}
	w.words = append(w.words, string(f.Property()))
	if !f.Live {
		w.words = append(w.words, "after event")
	}
	for _, words := range w.words {
		if !strings.Contains(e.Sentence, words) {
			t.Errorf("got the sentence %q, want %q in it", e.Sentence, words)
		}
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
	kind := models.Kind(0)
	for _, c := range f.Life.Calls {
		if c.ID == m.Call {
			kind = c.Op.Kind
		}
	}
	if !matches(t, w.sync, m.Path) || m.Dir != (w.sync == "/db") || kind != w.call || m.Before <= m.After {
		t.Errorf("got the fsync %+v in a %v, want one of %s in a %v", m, kind, w.sync, w.call)
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
