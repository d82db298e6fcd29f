package harness_test

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/nodestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/node"
	"github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	nodes "github.com/ackproof/ackproof/scenarios/node"
)

var (
	fileMachine     = filemachine.Factory(filemachine.Options{})
	bufferedMachine = filemachine.BufferedFactory(filemachine.Options{})
)

func TestNodesHold(t *testing.T) {
	c := harness.Config{Only: nodes.Language.Named(), Quick: true, SecondLives: 1} // with the race detector
	if !testing.Short() {
		c = harness.Config{Quick: true, Programs: 8, Depth: 3, Generate: scenarios.Config{Crashes: true, FirstOpen: true}}
	}
	for _, n := range []struct {
		log     engines.Factory
		machine engines.MachineFactory
	}{
		{memlog.Factory(), fileMachine},
		{filelog.Factory(small), bufferedMachine},
		{filelog.BufferedFactory(small), fileMachine},
		{filelog.Factory(small), lateSnapshots(true)},
	} {
		if c.Faults = harness.FaultsShare; testing.Short() || n.machine.Name == lateSnapshots(true).Name {
			c.Faults = harness.FaultsNone // what is written here for a test goes on after a failed fsync
		}
		o, err := harness.VerifyNode(t.Context(), n.log.Name+" and "+n.machine.Name, n.log, n.machine, c)
		if err != nil {
			t.Fatal(err)
		}
		if o.Verdict != evidence.Held || o.Tally.Evidence[models.PurgeBehindSnapshot] == 0 {
			t.Errorf("got %s, and %d states that a purge came before, want that it holds", o.Summary(), o.Tally.Evidence[models.PurgeBehindSnapshot])
		}
		for _, f := range o.Findings {
			t.Errorf("%v\n%s", f.Verdict.Violations, f.Program)
		}
	}
}

// lateSnapshots is the machine that is durable at flush, of which snapshots and their metadata
// are too. It says so if it is honest.
func lateSnapshots(isHonest bool) engines.MachineFactory {
	return engines.MachineFactory{Name: "late-snapshots", Open: func(env engines.Env) (engines.StateMachine, error) {
		dir := path.Join(path.Dir(env.Dir), "snapshots")
		m, err := bufferedMachine.Open(engines.Env{FS: unsyncedIn(env.FS, dir), Dir: env.Dir})
		if err != nil {
			return nil, err
		}
		return lateMachine{m, env.FS, dir, isHonest}, nil
	}}
}

// unsyncedIn returns a file system in which syncs of one directory and its files do nothing.
func unsyncedIn(fs afero.Fs, dir string) afero.Fs {
	return wrapping{fs, func(name string, f afero.File) afero.File {
		if strings.HasPrefix(name, dir) {
			return unsyncedFile{f}
		}
		return f
	}}
}

// wrapping is a file system whose files are wrapped as they are opened.
type wrapping struct {
	afero.Fs
	wrap func(name string, f afero.File) afero.File
}

func (w wrapping) OpenFile(name string, flag int, perm os.FileMode) (afero.File, error) {
	f, err := w.Fs.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return w.wrap(name, f), nil
}

func (w wrapping) Open(name string) (afero.File, error) { return w.OpenFile(name, os.O_RDONLY, 0) }

func (w wrapping) Create(name string) (afero.File, error) {
	return w.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
}

type lateMachine struct {
	engines.StateMachine
	fs       afero.Fs
	dir      string
	isHonest bool
}

func (m lateMachine) MachineClaims() engines.MachineClaims {
	claims := engines.MachineClaimsOf(m.StateMachine)
	claims.PersistNeedsFlush = m.isHonest
	claims.ShutdownDurable = !m.isHonest
	return claims
}

func (m lateMachine) PersistSnapshotMetadata(_ context.Context, metadata engines.SnapshotMetadata) error {
	m.UpdateSnapshotMetadata(metadata)
	return nil
}

// Flush makes the snapshots durable, and then the machine.
func (m lateMachine) Flush(ctx context.Context) error {
	infos, err := afero.ReadDir(m.fs, m.dir)
	if os.IsNotExist(err) {
		return m.StateMachine.Flush(ctx)
	}
	names := []string{m.dir, path.Dir(m.dir)}
	for _, info := range infos {
		names = append([]string{path.Join(m.dir, info.Name())}, names...)
	}
	for _, name := range names {
		f, err := m.fs.Open(name)
		if err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return m.StateMachine.Flush(ctx)
}

// otherwise is a node whose steps make their calls otherwise.
func otherwise(f subject.Factory, change func([]scenarios.Action) []scenarios.Action) subject.Factory {
	kind := *f.Kind
	kind.Language.NewResolver = func() scenarios.Resolver { return changed{nodes.NewResolver(), change} }
	f.Kind, f.Limited = &kind, nil
	return f
}

type changed struct {
	scenarios.Resolver
	change func([]scenarios.Action) []scenarios.Action
}

func (c changed) Resolve(s scenarios.Step) []scenarios.Action { return c.change(c.Resolver.Resolve(s)) }

func isPurge(a scenarios.Action) bool {
	o, ok := a.Op.(*node.Op)
	return ok && o.Log != nil && o.Log.Kind == raftlog.Purge
}

// purgesFirst purges the log before it makes the snapshot.
func purgesFirst(actions []scenarios.Action) []scenarios.Action {
	at := slices.IndexFunc(actions, isPurge)
	if at < 0 || actions[0].Op.Word() != machine.Generate.String() {
		return actions
	}
	return slices.Insert(slices.Delete(slices.Clone(actions), at, at+1), 0, actions[at])
}

// flushesNoSnapshot forgets that a snapshot may have to be flushed.
func flushesNoSnapshot(actions []scenarios.Action) []scenarios.Action {
	if !slices.ContainsFunc(actions, isPurge) {
		return actions
	}
	return slices.DeleteFunc(slices.Clone(actions), func(a scenarios.Action) bool {
		o, ok := a.Op.(*node.Op)
		return ok && o.Machine != nil && o.Machine.Kind == machine.Flush
	})
}

// TestPurgeBehindSnapshot: where the parts keep what they promise, and the node calls them in
// another order, what it purged is lost, and nothing else is told.
func TestPurgeBehindSnapshot(t *testing.T) {
	for name, n := range map[string]struct {
		machine engines.MachineFactory
		change  func([]scenarios.Action) []scenarios.Action
	}{
		"purge before the snapshot":      {bufferedMachine, purgesFirst},
		"a snapshot that is not flushed": {lateSnapshots(true), flushesNoSnapshot},
	} {
		f := otherwise(nodestore.Of(name, filelog.Factory(small), n.machine), n.change)
		o := verifyCorpus(t, f)
		if len(o.Findings) == 0 {
			t.Errorf("got %s, want that %s is broken", o.Summary(), models.PurgeBehindSnapshot)
		}
		for _, f := range o.Findings {
			v := f.Verdict.Violations
			says := "survived the crash, yet the machine stands at 0 and its last snapshot ends at 0: what entries 1-"
			if len(v) != 1 || f.Property() != models.PurgeBehindSnapshot || !strings.Contains(v[0].Sentence, says) {
				t.Errorf("%s: got %v, want %s alone, and %q", name, v, models.PurgeBehindSnapshot, says)
			}
		}
	}
}

// TestMachineIsTold: a machine that does not keep its snapshots is told by its own promises,
// though the node loses what it purged.
func TestMachineIsTold(t *testing.T) {
	o := verifyCorpus(t, nodestore.Of("node", filelog.Factory(small), lateSnapshots(false)))
	if !o.Has(models.SnapshotDurable) || o.Has(models.PurgeBehindSnapshot) {
		t.Errorf("got %s, want %s, and not the node", o.Summary(), models.SnapshotDurable)
	}
}

func verifyCorpus(t *testing.T, f subject.Factory) *evidence.Outcome {
	t.Helper()
	o, err := harness.VerifySubject(t.Context(), f, harness.Config{Profile: crash.StrictPosix(), Only: nodes.Language.Corpus(), Depth: -1})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestNodeCases: a finding of a node is stored, read back, and replayed.
func TestNodeCases(t *testing.T) {
	f := otherwise(nodestore.Of("node", filelog.Factory(small), bufferedMachine), purgesFirst)
	o, err := harness.VerifySubject(t.Context(), f, harness.Config{Only: nodes.Language.Corpus()[:1], Depth: -1, FindingsMax: 1})
	if err != nil || len(o.Findings) != 1 {
		t.Fatalf("got %v, error %v, want one finding", o, err)
	}
	file := path.Join(t.TempDir(), "case")
	if err := evidence.WriteCase(file, o.Findings[0]); err != nil {
		t.Fatal(err)
	}
	was, err := evidence.ReadCase(file, nodestore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	again, err := harness.ReplaySubject(f, was)
	if err != nil || again.Property() != models.PurgeBehindSnapshot {
		t.Errorf("got %v, error %v, want the same again", again, err)
	}
}

// TestCrashInCompaction: a power failure can come in any of the calls of a compaction.
func TestCrashInCompaction(t *testing.T) {
	purged := map[bool]bool{}
	for event := range 40 {
		step := scenarios.Step{Kind: nodes.Compact}
		program := append(nodes.MustParse("persist 3\napply 3"), scenarios.Step{
			Kind: scenarios.Crash, Loss: scenarios.Loss{Manner: scenarios.LoseNothing}, After: event + 1, Body: []scenarios.Step{step},
		})
		r, err := harness.RecordNode("node", filelog.Factory(small), bufferedMachine, harness.Config{Profile: crash.Ext4Ordered()}, program)
		if err != nil || r.Failed != nil {
			t.Fatalf("got failure %v, error %v", r.Failed, err)
		}
		view := r.Lives[len(r.Lives)-1].Recovered.View.(*node.View)
		purged[view.Log.Boundary.Index == 3] = true
	}
	if !purged[true] || !purged[false] {
		t.Errorf("got %v, want crashes before the purge and after it", purged)
	}
}

// TestPurgeDependsOnSnapshot: a purge is left out where anything was refused that it depends
// on, an fsync that only forces too, in a block as well.
func TestPurgeDependsOnSnapshot(t *testing.T) {
	refused := 0
	for _, text := range []string{"fail fsync %d\ncompact", "fail fsync %d\nconcurrently flushers=1 {\n  snapshot\n  read-applied\n  compact\n}"} {
		for nth := range 8 {
			program := nodes.MustParse("persist 2\napply 2\n" + fmt.Sprintf(text, nth+1))
			r, err := harness.RecordNode("node", filelog.Factory(small), lateSnapshots(true), harness.Config{}, program)
			if err != nil || r.Failed != nil {
				t.Fatalf("got failure %v, error %v of\n%s", r.Failed, err, program)
			}
			var isRefused bool
			for _, c := range r.Lives[0].Calls {
				isWriters := c.Client == 0 && c.Restart() == 0
				if isRefused && isWriters && isPurge(scenarios.Action{Op: c.Op}) {
					t.Errorf("a purge came after a call that was refused:\n%s", program)
				}
				isRefused = isRefused || isWriters && c.Refused()
			}
			if isRefused {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}
