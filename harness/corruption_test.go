package harness_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/machine"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// meetingCorruption returns file, with what it does where it finds corruption.
func meetingCorruption(do func(env engines.Env, err error) (engines.StorageEngine, error)) subject.Factory {
	return logstore.Of(engines.Factory{Name: "file-mutant", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := filelog.Factory(filelog.Options{SegmentBytes: 512}).Open(env)
		if errors.Is(err, engines.ErrCorrupt) {
			return do(env, err)
		}
		return e, err
	}})
}

// forgetting removes all that is there, and opens the engine anew.
func forgetting(env engines.Env, _ error) (engines.StorageEngine, error) {
	if err := env.FS.RemoveAll(env.Dir); err != nil {
		return nil, err
	}
	return filelog.Factory(filelog.Options{}).Open(env)
}

// inventing has a log that never was.
func inventing(engines.Env, error) (engines.StorageEngine, error) {
	e, err := memlog.Factory().Open(engines.Env{FS: afero.NewMemMapFs()})
	if err == nil {
		err = e.LogStore().PersistEntries(context.Background(), []engines.Entry{{Index: 1, Term: 99, Payload: []byte("invented")}})
	}
	return e, err
}

// machineCanary returns the state machine with a planted bug.
func machineCanary(name string) subject.Factory {
	all := machines.All()
	i := slices.IndexFunc(all, func(c machines.Canary) bool { return c.Name == name })
	return machinestore.Of(all[i].Factory())
}

// TestReactions: each reaction is met with an engine that reacts so, and with file none that is
// silent.
func TestReactions(t *testing.T) {
	log := raftlog.MustParse("save-hard-state term=+1 vote=1\npersist 2\npersist 1\nreopen\npersist 2\npersist 1\nsave-hard-state term=+1 vote=1\npersist 1")
	for name, c := range map[string]struct {
		engine  subject.Factory
		program scenarios.Program
		want    []evidence.Reaction
	}{
		"file": {logstore.Of(filelog.Factory(filelog.Options{SegmentBytes: 512})), log, []evidence.Reaction{evidence.Masked, evidence.Detected, evidence.TailLost}},
		"says nothing of it": {
			meetingCorruption(func(engines.Env, error) (engines.StorageEngine, error) { return nil, errors.New("cannot open") }), log,
			[]evidence.Reaction{evidence.Masked, evidence.Refused, evidence.TailLost},
		},
		"panics": {
			meetingCorruption(func(_ engines.Env, err error) (engines.StorageEngine, error) { panic(err) }), log,
			[]evidence.Reaction{evidence.Masked, evidence.TailLost, evidence.Crashed},
		},
		"begins anew": {meetingCorruption(forgetting), log, []evidence.Reaction{evidence.Masked, evidence.TailLost, evidence.Older, evidence.Truncated}},
		"invents":     {meetingCorruption(inventing), log, []evidence.Reaction{evidence.Masked, evidence.TailLost, evidence.Older, evidence.Wrong}},
		"snapshot": {
			machinestore.Of(filemachine.Factory(filemachine.Options{})), machine.MustParse("apply 3\ngenerate\napply 1"),
			[]evidence.Reaction{evidence.Detected, evidence.TailLost},
		},
		"takes a damaged snapshot": {
			machineCanary("machine-damaged-snapshot-applied"), machine.MustParse("apply 3\ngenerate\napply 1"),
			[]evidence.Reaction{evidence.Masked, evidence.Detected, evidence.TailLost, evidence.Wrong},
		},
		"a chunk that comes again writes nothing": {
			machinestore.Of(filemachine.Factory(filemachine.Options{})), machine.MustParse("apply 2\napply again\nflush"),
			[]evidence.Reaction{evidence.Detected, evidence.TailLost},
		},
	} {
		m, err := harness.CorruptionsSubject(t.Context(), c.engine, harness.Config{Only: []scenarios.NamedProgram{{Name: "reactions", Program: c.program}}})
		if err != nil {
			t.Fatal(err)
		}
		var got []evidence.Reaction
		for _, r := range evidence.Reactions() {
			if m.AtRest()[r] != nil {
				got = append(got, r)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
		if name == "file" && (m.Running()[evidence.Detected] == nil || m.Lying[evidence.Detected] == nil || m.Silent() > 0) {
			t.Errorf("file: got %v while it ran and %v of flushes that lie, want some detected and none silent", m.Running(), m.Lying)
		}
	}
}

// TestCorruptionFindingComesAgain: a run finds that an engine begins anew where it finds corruption, and
// the bundle of that replays; file, which reports it, has no such finding.
func TestCorruptionFindingComesAgain(t *testing.T) {
	c := harness.Config{
		Only:  []scenarios.NamedProgram{{Name: "three", Program: raftlog.MustParse("persist 1\npersist 1\npersist 1")}},
		Quick: true, SecondLives: -1, Faults: harness.FaultsNone,
	}
	o, err := harness.VerifySubject(t.Context(), logstore.Of(filelog.Factory(filelog.Options{})), c)
	if err != nil || len(o.Findings) > 0 {
		t.Fatalf("file: got %v and %v, want no finding", o.Findings, err)
	}
	engine := meetingCorruption(forgetting)
	if o, err = harness.VerifySubject(t.Context(), engine, c); err != nil {
		t.Fatal(err)
	}
	if !o.Has(models.NoSilentTruncation) {
		t.Fatalf("got %s, want it refuted by %s", o.Summary(), models.NoSilentTruncation)
	}
	replays(t, o.Findings[0], engine, logstore.Of(filelog.Factory(filelog.Options{SegmentBytes: 512})))
}
