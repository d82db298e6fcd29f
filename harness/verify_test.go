package harness_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

var small = filelog.Options{SegmentBytes: 16 << 10}

// neverSynced is a file system whose file syncs do nothing.
type neverSynced struct{ afero.Fs }

func (n neverSynced) OpenFile(name string, flag int, perm os.FileMode) (afero.File, error) {
	f, err := n.Fs.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return unsyncedFile{f}, nil
}

func (n neverSynced) Open(name string) (afero.File, error) { return n.OpenFile(name, os.O_RDONLY, 0) }

func (n neverSynced) Create(name string) (afero.File, error) {
	return n.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

type unsyncedFile struct{ afero.File }

func (unsyncedFile) Sync() error { return nil }

// on returns the file engine with its environment changed.
func on(name string, change func(engines.Env) engines.Env) engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return file.Open(change(env))
	}}
}

func unsynced() engines.Factory {
	return on("unsynced", func(env engines.Env) engines.Env {
		env.FS = neverSynced{env.FS}
		return env
	})
}

// someProfiles returns all profiles, and with -short the two that promise least: the race detector
// makes all slow, and the tests that are run in full have them all.
func someProfiles() []crash.Profile {
	if testing.Short() {
		return crash.Profiles()[:2]
	}
	return crash.Profiles()
}

func verify(t *testing.T, f engines.Factory, c harness.Config) *evidence.Outcome {
	t.Helper()
	o, err := harness.Verify(t.Context(), f, c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestEnginesHold: the sound engines hold. The two profiles of make crash-test are left to
// that, which tries more.
func TestEnginesHold(t *testing.T) {
	c, profiles := harness.Config{Programs: 16}, slices.DeleteFunc(crash.Profiles(), func(p crash.Profile) bool {
		return p == crash.StrictPosix() || p == crash.Ext4Ordered()
	})
	if testing.Short() {
		c, profiles = harness.Config{Only: raftlog.Language.Named()[:8]}, []crash.Profile{crash.Ext4Ordered()}
	}
	for _, f := range []engines.Factory{filelog.Factory(small), filelog.BufferedFactory(small), memlog.Factory()} {
		for _, p := range profiles {
			t.Run(f.Name+"/"+p.Name, func(t *testing.T) {
				c.Profile = p
				o := verify(t, f, c)
				if o.Verdict != evidence.Held {
					t.Fatalf("%s\n%v", o.Summary(), o.Findings)
				}
				if o.Tally.Distinct == 0 || o.Tally.Programs != o.Tally.Planned {
					t.Fatalf("explored too little: %s", o.Summary())
				}
			})
		}
	}
}

// TestUnsyncedEngineIsRefuted goes all the way of a finding: found, confirmed,
// shrunk, stored, read and replayed.
func TestUnsyncedEngineIsRefuted(t *testing.T) {
	o := verify(t, unsynced(), harness.Config{})
	if o.Verdict != evidence.Refuted || len(o.Findings) == 0 {
		t.Fatal(o.Summary())
	}
	byProperty := map[models.Property]*evidence.Case{}
	for _, f := range o.Findings {
		byProperty[f.Property()] = f
	}
	f := byProperty[models.AckedDurable]
	if f == nil {
		t.Fatalf("no finding for %s: %v", models.AckedDurable, o.Findings)
	}
	if !f.Confirmed || len(f.Program) > 1 || len(f.State.Except) > 2 {
		t.Errorf("confirmed %v, program of %d steps, state %v; want a confirmed finding of one step and at most two lost effects\n%v",
			f.Confirmed, len(f.Program), f.State, f)
	}
	path := filepath.Join(t.TempDir(), f.FileName(1))
	if err := evidence.WriteCase(path, f); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	comesAgain(t, unsynced(), was)
	// The journal is the broken engine's, so the sound one cannot find what was never
	// made durable.
	comesAgain(t, filelog.Factory(small), was)
}

// TestSameSeedSameOutcome checks that an outcome depends on the seed alone, not
// on how the workers raced. Where calls overlap who gets a lock first is the runtime's
// choice, once in a while.
func TestSameSeedSameOutcome(t *testing.T) {
	text := func(f engines.Factory, c harness.Config) string {
		c.Generate.Sequential = true
		o := verify(t, f, c)
		type finding struct{ Program, State, Sentence string }
		var findings []finding
		for _, f := range o.Findings {
			findings = append(findings, finding{f.Program.String(), f.State.String(), f.Verdict.Violations[0].Sentence})
		}
		data, err := json.Marshal(struct {
			Tally      evidence.Tally
			Properties []evidence.PropertyResult
			Findings   []finding
		}{o.Tally, o.Properties, findings})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	c := harness.Config{Programs: 6}
	if testing.Short() {
		c = harness.Config{Only: one(threeProgram), Quick: true}
	}
	with := func(seed harness.Seed, workers int) harness.Config {
		c.Seed, c.Workers = seed, workers
		return c
	}
	for _, f := range []engines.Factory{filelog.Factory(small), unsynced()} {
		one := text(f, with(7, 1))
		four := text(f, with(7, 4))
		if one != four {
			t.Errorf("%s: one worker\n%s\nfour workers\n%s", f.Name, one, four)
		}
		if other := text(f, with(8, 0)); other == one && f.Name == "file" {
			t.Errorf("%s: two seeds gave the same outcome", f.Name)
		}
	}
}

// misbehaving is the file engine with a log that does something else first, when
// it is opened on a log that holds entries.
type misbehaving struct {
	engines.StorageEngine
	log engines.LogStore
}

func (m misbehaving) LogStore() engines.LogStore { return m.log }

func (m misbehaving) Claims() engines.Claims {
	return m.StorageEngine.(engines.Claimer).Claims()
}

type oddLog struct {
	*logOf
	onRead func()
}

type logOf struct{ engines.LogStore }

func (l *logOf) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	return l.LogStore.(engines.RangeReplacer).ReplaceRange(ctx, from, entries)
}

func (l *logOf) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	return l.LogStore.(engines.PurgeBoundaryLoader).LoadPurgeBoundary(ctx)
}

func (l *oddLog) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if l.LastIndex() > 0 {
		l.onRead()
	}
	return l.LogStore.GetEntries(ctx, first, last)
}

func odd(name string, onRead func()) engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := file.Open(env)
		if err != nil {
			return nil, err
		}
		return misbehaving{e, &oddLog{&logOf{e.LogStore()}, onRead}}, nil
	}}
}

// TestPanicsAndHangsAreFindings checks that an engine that does not answer ends
// neither the run nor the process.
func TestPanicsAndHangsAreFindings(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	for name, onRead := range map[string]func(){
		"panic": func() { panic("out of cheese") },
		"hang":  func() { <-release },
	} {
		o := verify(t, odd(name, onRead), harness.Config{HangAfter: 50 * time.Millisecond, NoShrink: true, Only: raftlog.Language.Named()[:6]})
		properties := map[models.Property]string{}
		for _, f := range o.Findings {
			properties[f.Property()] = reports.FindingText(f)
			if !strings.Contains(properties[f.Property()], name) {
				t.Errorf("%s: a finding for something else:\n%s", name, properties[f.Property()])
			}
		}
		// The log is empty at first, so it is read without harm, until the probe
		// has put something in it.
		for _, want := range []models.Property{models.OpensAfterCrash, models.RecoveryIdempotent} {
			if !strings.Contains(properties[want], name) {
				t.Errorf("%s: no finding for %s that says so: %v", name, want, properties)
			}
		}
	}
}

func TestBudgetEndsARun(t *testing.T) {
	o := verify(t, filelog.Factory(small), harness.Config{Programs: 2000, Budget: 200 * time.Millisecond})
	if o.Cut == "" || o.Tally.Programs == o.Tally.Planned || o.Verdict != evidence.Unknown {
		t.Errorf("%s; want it cut", o.Summary())
	}
	o = verify(t, filelog.Factory(small), harness.Config{Programs: 2000, StatesMax: 3000})
	if o.Cut == "" || o.Verdict != evidence.Unknown || o.Tally.Visited < 3000 || o.Tally.Visited > 100_000 {
		t.Errorf("%s; want 3000 states and the rest of a program", o.Summary())
	}
}

// A run that visited nothing says so: unknown is never taken for held.
func TestNothingVisitedIsUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, err := harness.Verify(ctx, filelog.Factory(small), harness.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Tally.Visited != 0 || o.Verdict != evidence.Unknown || o.Cut == "" {
		t.Errorf("got %d states visited, verdict %s, cut %q; want none, unknown, and why", o.Tally.Visited, o.Verdict, o.Cut)
	}
	if s := o.Summary(); !strings.Contains(s, ": unknown; ") || strings.Contains(s, "held") {
		t.Errorf("got the summary %q, want unknown", s)
	}
}

func TestFactoriesThatCannotRun(t *testing.T) {
	for name, f := range map[string]engines.Factory{
		"no such factory was given to harness.Main": {Name: "dir", Needs: engines.NeedsDir},
		"no space": {Name: "full", Open: func(engines.Env) (engines.StorageEngine, error) { return nil, errors.New("no space") }},
	} {
		if _, err := harness.Verify(t.Context(), f, harness.Config{}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v; want one that says %q", err, name)
		}
	}
}
