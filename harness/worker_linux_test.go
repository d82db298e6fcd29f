package harness_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// onDir returns the file engine on a real directory.
func onDir() engines.Factory {
	file := filelog.Factory(small)
	return engines.Factory{Name: "file-on-dir", Needs: engines.NeedsDir, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return file.Open(engines.Env{FS: afero.NewOsFs(), Dir: env.Dir})
	}}
}

// hostile is a way for an engine's code to harm the process that it runs in.
type hostile struct {
	name   string
	manner string // of the finding
	harm   func()
}

var hostiles = []hostile{
	{"exits", "exit", func() { os.Exit(3) }},
	{"panics", "panic", func() { panic("on purpose") }},
	{"panics-elsewhere", "exit", func() {
		go panic("on purpose, elsewhere")
		select {}
	}},
	{"faults-in-map", "panic", readBehindMap},
	{"hangs", "hang", func() { select {} }},
}

// readBehindMap reads a page that is mapped and no longer there.
func readBehindMap() {
	f, err := os.CreateTemp("", "map")
	if err == nil {
		err = f.Truncate(4096)
	}
	if err != nil {
		panic(err)
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err == nil {
		err = f.Truncate(0)
	}
	fmt.Fprintln(os.Stderr, data[0], err)
}

// factory returns the engine on a directory that does harm in its second write.
func (h hostile) factory() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "hostile-" + h.name
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return &hostileEngine{StorageEngine: e, harm: h.harm}, err
	}
	return f
}

type hostileEngine struct {
	engines.StorageEngine
	harm   func()
	writes int
}

func (e *hostileEngine) LogStore() engines.LogStore { return hostileLog{e.StorageEngine.LogStore(), e} }

type hostileLog struct {
	engines.LogStore
	engine *hostileEngine
}

func (l hostileLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if l.engine.writes++; l.engine.writes == 2 {
		l.engine.harm()
	}
	return l.LogStore.PersistEntries(ctx, entries)
}

// littering returns the engine on a directory that starts a process and forgets
// it.
func littering() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "leaves-child"
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if err := exec.Command("sleep", "1000").Start(); err != nil {
			return nil, err
		}
		return open(env)
	}
	return f
}

// printing returns the engine on a directory that prints whenever it opens.
func printing() engines.Factory {
	f := onDir()
	open := f.Open
	f.Name = "prints"
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		fmt.Println("{} hello from the engine")
		return open(env)
	}
	return f
}

func workerFactories() []engines.Factory {
	out := []engines.Factory{onDir(), apart(), bolt, boltNoSync, boltPlain, littering(), printing(), untidy(), cleaningUp(), appendOnlyOnDir, hastyOnDir, deafOnDir, mapped(false), mapped(true)}
	for _, h := range hostiles {
		out = append(out, h.factory())
	}
	for _, name := range slowSyncs {
		out = append(out, canaryOnDir(name))
	}
	for call := range syncingWith {
		out = append(out, syncsWith(call))
	}
	return slices.Concat(out, moodyReads, moodyAlways, moodyWrites, largeEngines, needy, needless, []engines.Factory{tiring(), parentUnsyncedOnDir})
}

// orNotRun skips the test where engines on directories cannot be run.
func orNotRun(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
		t.Skipf("NOT RUN: %v; ACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// verifyOnDir is verify for an engine on a directory.
func verifyOnDir(t *testing.T, f engines.Factory, c harness.Config) *evidence.Outcome {
	t.Helper()
	o, err := harness.Verify(t.Context(), f, c)
	orNotRun(t, err)
	return o
}

func TestEngineOnDirectoryHolds(t *testing.T) {
	profiles, programs := crash.Profiles(), raftlog.Language.Named()[:6]
	if testing.Short() {
		profiles, programs = profiles[:1], programs[:3]
	}
	for _, p := range profiles {
		o := verifyOnDir(t, onDir(), harness.Config{Profile: p, Programs: 2, StatesMax: 80_000, Only: programs})
		if o.Verdict != evidence.Held || o.Tally.Distinct == 0 {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
		t.Log(o.Summary())
	}
}

// twoWrites is a program whose second write meets a hostile engine.
var twoWrites = []scenarios.NamedProgram{{Name: "two-writes", Program: raftlog.MustParse("persist 1\npersist 1\npersist 1\n")}}

// TestHostileEngines: whatever an engine does to its process is a finding against
// the engine, and leaves nothing behind.
func TestHostileEngines(t *testing.T) {
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			o := verifyOnDir(t, h.factory(), harness.Config{Only: twoWrites, HangAfter: time.Second, NoShrink: true})
			if len(o.Findings) == 0 {
				t.Fatal(o.Summary())
			}
			if text := reports.FindingText(o.Findings[0]); !strings.Contains(text, h.manner) {
				t.Errorf("got finding\n%s\nwant one that tells of %q", text, h.manner)
			}
			noChildren(t)
		})
	}
	t.Run("leaves-child", func(t *testing.T) {
		o := verifyOnDir(t, littering(), harness.Config{Only: twoWrites, NoShrink: true})
		if len(o.Findings) == 0 || !strings.Contains(reports.FindingText(o.Findings[0]), "child") {
			t.Errorf("%s\n%v\nwant a finding that tells of children", o.Summary(), o.Findings)
		}
		noChildren(t)
	})
	t.Run("prints", func(t *testing.T) {
		o := verifyOnDir(t, printing(), harness.Config{Only: twoWrites, Depth: -1})
		if o.Verdict != evidence.Held {
			t.Errorf("%s\n%v\nwant that it holds: what it prints goes to its log", o.Summary(), o.Findings)
		}
		recording, err := harness.Record(printing(), harness.Config{}, twoWrites[0].Program)
		orNotRun(t, err)
		if log := recording.Lives[0].Log; !strings.Contains(log, "hello from the engine") {
			t.Errorf("got log %q, want what the engine printed", log)
		}
	})
}

// noChildren fails the test if this process has children: nothing may outlive a
// run.
func noChildren(t *testing.T) {
	t.Helper()
	if children, err := hosted.Children(os.Getpid()); err != nil || len(children) > 0 {
		t.Errorf("got children %v, %v, want none", children, err)
	}
}

// TestSameOverFUSE runs the same programs on the engine in memory and over FUSE:
// the disk sees the same effects, up to the kernel's splitting of writes at
// pages, and the verdicts are the same.
func TestSameOverFUSE(t *testing.T) {
	programs := 60
	if testing.Short() {
		programs = 10
	}
	file := filelog.Factory(small)
	for i := range programs {
		program := raftlog.Language.Example(uint64(i+1), scenarios.Config{Sequential: true})
		memory, err := harness.Record(file, harness.Config{}, program)
		if err != nil {
			t.Fatal(err)
		}
		served, err := harness.Record(onDir(), harness.Config{}, program)
		orNotRun(t, err)
		if len(memory.Lives) != len(served.Lives) {
			t.Fatalf("got %d lives over FUSE, want %d\n%v", len(served.Lives), len(memory.Lives), program)
		}
		for k, life := range memory.Lives {
			got, want := effects(served.Lives[k].Journal), effects(life.Journal)
			if !slices.Equal(got, want) {
				t.Fatalf("program %d, life %d: over FUSE\n%s\nwant, as in memory,\n%s", i+1, k+1, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// effects returns a journal's events in words, with writes joined that go on
// where the one before ended.
func effects(j *journal.Journal) []string {
	var out []string
	var last journal.Event
	for _, e := range j.Events {
		if joins := last.Kind == journal.EventWrite && e.Kind == journal.EventWrite && e.Path == last.Path &&
			e.Off == last.Off+int64(len(last.Data)); joins {
			e.Off, e.Data = last.Off, slices.Concat(last.Data, e.Data)
			out = out[:len(out)-1]
		}
		out = append(out, fmt.Sprintf("%v call %d %x", e, e.Call, e.Data))
		last = e
	}
	return out
}

// TestSameVerdictsOverFUSE explores the same programs on a sound and on a broken
// engine, in memory and over FUSE.
func TestSameVerdictsOverFUSE(t *testing.T) {
	programs := 12
	if testing.Short() {
		programs = 3
	}
	for i := range programs {
		only := []scenarios.NamedProgram{{Name: "random", Program: raftlog.Language.Example(uint64(i+100), scenarios.Config{})}}
		c := harness.Config{Profile: crash.Profiles()[i%5], Only: only, Depth: -1, NoShrink: true}
		memory := verify(t, filelog.Factory(small), c)
		served := verifyOnDir(t, onDir(), c)
		if memory.Verdict != served.Verdict || memory.Verdict != evidence.Held {
			t.Errorf("over FUSE %s\nin memory %s", served.Summary(), memory.Summary())
		}
	}
}
