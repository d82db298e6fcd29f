package harness_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/harness/subject/valuestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	programs "github.com/ackproof/ackproof/scenarios/raftlog"
)

// handedOver explores what the writer wrote and the reader opens. Both are counters. The texts
// are those of programs, without further lives and faults; none are all of a quick run.
func handedOver(t *testing.T, writer, reader valuestore.Subject[int], texts ...string) (*evidence.Outcome, subject.Factory) {
	t.Helper()
	w, r := valuestore.Of(writer), valuestore.Of(reader)
	r.Kind = w.Kind // a value's kind is its own
	c := harness.Config{
		RecoverWith: &r, Profile: crash.StrictPosix(), Programs: 6, Quick: true, Faults: harness.FaultsShare, FindingsMax: 2,
		HangAfter: 200 * time.Millisecond, NoShrink: reader.Name == "hangs", // which takes long
	}
	for _, p := range texts {
		c.Depth, c.Faults = -1, harness.FaultsNone
		c.Only = append(c.Only, scenarios.NamedProgram{Name: "given", Program: w.Kind.Language.MustParse(p)})
	}
	o, err := harness.VerifySubject(t.Context(), w, c)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := subject.Handover(w, r)
	if err != nil {
		t.Fatal(err)
	}
	return o, pair
}

// counterOfNext is the next version of the counter. It writes a word before the number, and
// reads what either version wrote.
func counterOfNext(syncs bool) valuestore.Subject[int] {
	s := counterOf("counter-2", syncs)
	open := s.Open
	s.Open = func(env engines.Env) (valuestore.Store[int], error) {
		env.FS = versioned{env.FS}
		return open(env)
	}
	return s
}

// versioned puts the word of the next version before what is written to new files, and takes
// it from what is read.
type versioned struct{ afero.Fs }

const version2 = "v2 "

func (v versioned) OpenFile(name string, flag int, mode fs.FileMode) (afero.File, error) {
	f, err := v.Fs.OpenFile(name, flag, mode)
	return versionedFile{f}, err
}

func (v versioned) Open(name string) (afero.File, error) {
	f, err := v.Fs.Open(name)
	return versionedFile{f}, err
}

type versionedFile struct{ afero.File }

func (m versionedFile) Write(p []byte) (int, error) {
	n, err := m.File.Write(append([]byte(version2), p...))
	return max(0, n-len(version2)), err
}

func (m versionedFile) Read(p []byte) (int, error) {
	n, err := m.File.Read(p)
	return copy(p, strings.TrimPrefix(string(p[:n]), version2)), err
}

// startsAnew is a counter that takes what it cannot read for a torn write.
func startsAnew() valuestore.Subject[int] {
	s := counterOf("counter-1", true)
	open := s.Open
	s.Open = func(env engines.Env) (valuestore.Store[int], error) {
		text, err := afero.ReadFile(env.FS, path.Join(env.Dir, "n"))
		if err == nil && strings.HasPrefix(string(text), version2) {
			err = env.FS.Remove(path.Join(env.Dir, "n"))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return open(env)
	}
	return s
}

// TestUpgradeHolds: a version that reads what the one before wrote holds, and an outcome says
// who did what.
func TestUpgradeHolds(t *testing.T) {
	o, _ := handedOver(t, counterOf("counter", true), counterOfNext(true))
	if o.Verdict != evidence.Held || o.Tally.Distinct < 10 || o.Tally.Faults.Fired == 0 || len(o.Sensitivity.Seen()) == 0 {
		t.Errorf("got %s", o.Summary())
	}
	if want := "written by counter, opened after a power failure or a clean close by counter-2; rests on "; !strings.HasPrefix(o.Basis(), want) {
		t.Errorf("got %q, want that it begins with %q", o.Basis(), want)
	}
	if want := "counter opened by counter-2"; o.Engine != want {
		t.Errorf("got the name %q, want %q", o.Engine, want)
	}
}

// TestDowngradeIsRefuted: a version that throws away what a later one wrote, or refuses it,
// breaks what the later one promised.
func TestDowngradeIsRefuted(t *testing.T) {
	refuses := counterOf("refuses", true)
	panics := counterOf("panics", true)
	panics.Open = func(env engines.Env) (valuestore.Store[int], error) {
		if c, err := refuses.Open(env); err == nil {
			return c, nil
		}
		panic("what is this")
	}
	hangs, ended := counterOf("hangs", true), make(chan struct{})
	defer close(ended)
	hangs.Open = func(env engines.Env) (valuestore.Store[int], error) {
		if c, err := refuses.Open(env); err == nil {
			return c, nil
		}
		<-ended
		return nil, errors.New("ended")
	}
	for _, c := range []struct {
		reader valuestore.Subject[int]
		want   models.Property
	}{
		{startsAnew(), models.AckedDurable}, {refuses, models.OpensAfterCrash}, {panics, models.OpensAfterCrash}, {hangs, models.OpensAfterCrash},
	} {
		t.Run(c.reader.Name, func(t *testing.T) {
			o, pair := handedOver(t, counterOfNext(true), c.reader)
			if !o.Has(c.want) {
				t.Fatalf("got %s, want a finding of %s", o.Summary(), c.want)
			}
			for _, f := range o.Findings {
				if !f.Hangs() { // a replay waits as long as a run does by default
					replaysFromBundle(t, pair, f)
				}
			}
		})
	}
}

// replaysFromBundle replays a finding from its bundle.
func replaysFromBundle(t *testing.T, pair subject.Factory, f *evidence.Case) {
	t.Helper()
	file := path.Join(t.TempDir(), "case")
	if err := evidence.WriteCase(file, f); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(file, pair.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := harness.ReplaySubject(*pair.Writer, was); !errors.Is(err, subject.ErrHandover) {
		t.Errorf("got %v of a replay without the reader, want %v", err, subject.ErrHandover)
	}
	handover := was.Handover
	was.Handover = nil
	if _, err := harness.ReplaySubject(pair, was); !errors.Is(err, subject.ErrHandover) {
		t.Errorf("got %v of a replay with a reader too many, want %v", err, subject.ErrHandover)
	}
	was.Handover = handover
	if h := was.Handover; h == nil || h.Writer != pair.Writer.Name || h.Reader != pair.Reader.Name {
		t.Errorf("got a bundle of %v, want %s and %s", h, pair.Writer.Name, pair.Reader.Name)
	}
	now, err := harness.ReplaySubject(pair, was)
	if err != nil || now.Verdict.Outcome != models.Fail || now.Property() != was.Property() {
		t.Errorf("got %v, %v, want that it comes again: %s", now, err, was.Sentence())
	}
}

// TestReaderGoesOn: what the reader writes after a power failure is held to what the reader
// promises, which its bundle has beside what the writer does.
func TestReaderGoesOn(t *testing.T) {
	buffered := counterOf("buffered", true)
	buffered.Buffered = true
	o, pair := handedOver(t, buffered, counterOf("unsynced", false))
	if !o.Has(models.AckedDurable) {
		t.Fatalf("got %s, want a write of the reader that was lost", o.Summary())
	}
	for _, f := range o.Findings {
		if f.Property() == models.AckedDurable && f.Life.Parent == nil {
			t.Errorf("got a finding in the life of the writer, which promises no such thing: %s", f.Sentence())
		}
		replaysFromBundle(t, pair, f)
	}
}

// TestCleanCloseHandsOver: nothing that a buffered writer has not flushed need survive a
// power failure, but all of it a clean close.
func TestCleanCloseHandsOver(t *testing.T) {
	writer := counterOfNext(true)
	writer.Buffered = true
	for program, want := range map[string]evidence.Verdict{"add\nadd": evidence.Held, "add\nreopen": evidence.Refuted} {
		o, pair := handedOver(t, writer, startsAnew(), program)
		if o.Verdict != want {
			t.Errorf("%q: got %s, want %s", program, o.Summary(), want)
		}
		for _, f := range o.Findings {
			if f.Property() != models.ReadsLinearizable {
				t.Errorf("got %s, want that the clean close shows what was not flushed", f.Sentence())
			}
			replaysFromBundle(t, pair, f)
		}
	}
}

// TestKillHandsOver: a reader that is held to the same goes on after some kills, and may take
// for durable what the writer had not synced.
func TestKillHandsOver(t *testing.T) {
	writer := counterOf("writer", true)
	lazy := valuestore.Subject[int]{Name: "lazy", Calls: writer.Calls, Open: func(env engines.Env) (valuestore.Store[int], error) {
		c := &counter{Env: env, syncs: true}
		text, err := afero.ReadFile(env.FS, path.Join(env.Dir, "n"))
		if errors.Is(err, fs.ErrNotExist) {
			return c, nil
		}
		_, err = fmt.Sscan(string(text), &c.n)
		return c, err // and syncs nothing
	}}
	o, pair := handedOver(t, writer, lazy)
	if !o.Has(models.RecoveredDurable) {
		t.Fatalf("got %s, want that what was shown is lost", o.Summary())
	}
	for _, f := range o.Findings {
		if !f.Life.HandedOver {
			t.Errorf("got %s in a life of one engine", f.Sentence())
		}
		replaysFromBundle(t, pair, f)
	}
}

// TestOptionsChange: two configurations of one engine open what the other wrote.
func TestOptionsChange(t *testing.T) {
	program := programs.MustParse("save-hard-state\npersist 3\nflush\npurge 1\npersist 2\nreopen\ntruncate 1\nkill\npersist 1\ncrash lose=everything\npersist 2\nreopen\npersist 1")
	small, large := filelog.Options{SegmentBytes: 4 << 10}, filelog.Options{}
	for _, c := range []struct{ writer, reader engines.Factory }{
		{filelog.Factory(small), filelog.BufferedFactory(large)},
		{filelog.BufferedFactory(large), filelog.Factory(small)},
	} {
		reader := logstore.Of(c.reader)
		o, err := harness.Verify(t.Context(), c.writer, harness.Config{
			RecoverWith: &reader, Quick: true, Only: []scenarios.NamedProgram{{Name: "options", Program: program}},
		})
		if err != nil || o.Verdict != evidence.Held || o.Tally.Lives < 3 {
			t.Errorf("got %v and %v", o.Summary(), err)
		}
	}
}

// TestNoHandover: two that cannot be a pair are an error that says why.
func TestNoHandover(t *testing.T) {
	log, machine := logstore.Of(filelog.Factory(filelog.Options{})), machinestore.Of(filemachine.Factory(filemachine.Options{}))
	pair, err := subject.Handover(log, logstore.Of(filelog.BufferedFactory(filelog.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for want, reader := range map[string]subject.Factory{
		"file is a log, and file-machine is a state-machine": machine, "both called file": log, "such a pair already": pair,
	} {
		_, err := harness.VerifySubject(t.Context(), log, harness.Config{RecoverWith: &reader})
		if !errors.Is(err, subject.ErrHandover) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	broken := logstore.Of(engines.Factory{Name: "broken", Open: func(engines.Env) (engines.StorageEngine, error) { return nil, errors.New("no licence") }})
	_, err = harness.VerifySubject(t.Context(), log, harness.Config{RecoverWith: &broken})
	if want := "engine broken, which is to open what file wrote: it does not open on an empty directory: error: no licence"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
