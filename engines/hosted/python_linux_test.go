package hosted_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/harness"
)

// python is the state machine of examples/python-machine, in processes that outlive it and
// end with the test: starting Python takes longer than most tests of the contract.
type python struct {
	t       *testing.T
	command []string

	mu   sync.Mutex // machines are opened beside each other
	idle []*hosted.Process
}

func newPython(t *testing.T, arguments ...string) *python {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil && harness.Required("python") {
		t.Fatalf("python3: %v", err)
	}
	if err != nil {
		t.Skipf("NOTHING WAS TESTED: python3: %v\nACKPROOF_REQUIRE=python makes this a failure", err)
	}
	const script = "../../examples/python-machine/machine.py"
	if _, err := os.Stat(script); err != nil { // so that a change of it makes the test run again
		t.Fatal(err)
	}
	return &python{t: t, command: append([]string{strings.TrimSpace(string(out)), script}, arguments...)}
}

func (p *python) process() *hosted.Process {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		process := p.idle[last]
		p.idle = p.idle[:last]
		return process
	}
	process, err := hosted.Start(exec.Command(p.command[0], p.command[1:]...), hosted.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := process.Close(); err != nil {
			p.t.Errorf("%v\n%s", err, process.Log())
		}
	})
	return process
}

// giveBack takes back a process that has no machine.
func (p *python) giveBack(process *hosted.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, process)
}

// open opens a machine in a process that runs no other.
func (p *python) open(dir string, readOnly bool) (engines.StateMachine, error) {
	process := p.process()
	m, err := process.Conn().OpenMachine(dir, readOnly)
	if err != nil {
		p.giveBack(process)
		return nil, err
	}
	return &pythonMachine{StateMachine: m, python: p, process: process}, nil
}

// started opens a machine, which must go well, and starts it.
func (p *python) started(dir string) engines.StateMachine {
	p.t.Helper()
	m, err := p.open(dir, false)
	if err == nil {
		err = m.Start(p.t.Context())
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// pythonMachine is a machine that gives its process back when it is closed.
type pythonMachine struct {
	engines.StateMachine
	python  *python
	process *hosted.Process
}

func (m *pythonMachine) MachineClaims() engines.MachineClaims {
	return engines.MachineClaimsOf(m.StateMachine)
}

func (m *pythonMachine) Close() error {
	err := m.StateMachine.Close()
	if !errors.Is(err, engines.ErrClosed) {
		m.python.giveBack(m.process)
	}
	return err
}

// TestPythonMachine holds the example to the contract, with its planted bug too: that shows
// in crashes alone.
func TestPythonMachine(t *testing.T) {
	for _, arguments := range [][]string{nil, {"--unsynced"}} {
		t.Run(fmt.Sprint(arguments), func(t *testing.T) {
			p := newPython(t, arguments...)
			enginetest.TestMachineOfOwnForm(t, engines.MachineFactory{
				Name: "python-machine", Needs: engines.NeedsDir,
				Open: func(env engines.Env) (engines.StateMachine, error) { return p.open(env.Dir, false) },
			})
			m := p.started(t.TempDir())
			want := engines.MachineClaims{ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, CloseReleases: true}
			if got := engines.MachineClaimsOf(m); got != want {
				t.Errorf("got claims %+v, want %+v", got, want)
			}
		})
	}
}

func put(t *testing.T, m engines.StateMachine, index uint64, value string) error {
	c := engines.Command{Kind: engines.CommandPut, Key: []byte("k"), Value: []byte(value)}
	_, err := m.ApplyChunk(t.Context(), []engines.Entry{{Index: index, Term: 1, Payload: c.Payload()}})
	return err
}

// shown is what a machine shows.
func shown(t *testing.T, m engines.StateMachine) string {
	t.Helper()
	pairs, revision, err := m.ScanPrefix(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s at %d", pairs, revision)
}

// TestPythonMachineTornTail cuts and damages the file of a machine that was abandoned: in
// its last line, which is then lost as a whole, and in its first, which no crash can harm.
func TestPythonMachineTornTail(t *testing.T) {
	p, dir := newPython(t), t.TempDir()
	m := p.started(dir)
	sizes := []int64{}
	for index, value := range []string{"one", "two"} {
		if err := put(t, m, uint64(index+1), value); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, "machine"))
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, info.Size())
	}
	data, err := os.ReadFile(filepath.Join(dir, "machine"))
	if err != nil {
		t.Fatal(err)
	}
	first := strings.IndexByte(string(data), '\n')
	for at := range data {
		damaged := slices.Clone(data)
		damaged[at] ^= 0x04
		for what, changed := range map[string][]byte{"cut": data[:at], "damaged": damaged} {
			want := "[{k two}] at 2"
			switch at := int64(at); {
			case at <= int64(first):
				want = "corrupt"
			case at < sizes[0]:
				want = "[] at 0"
			default:
				want = "[{k one}] at 1"
			}
			if got := p.found(t, changed); got != want {
				t.Errorf("%s at %d: got %s, want %s", what, at, got, want)
			}
		}
	}
	if got := p.found(t, append(slices.Clone(data), "\xff\r\n\n00000000 {}\n"...)); got != "[{k two}] at 2" {
		t.Errorf("with more behind it: got %s", got)
	}
}

// found returns what a machine shows whose file is data, "corrupt" if it refuses that.
func (p *python) found(t *testing.T, data []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "machine"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := p.open(dir, false)
	if errors.Is(err, engines.ErrCorrupt) {
		return "corrupt"
	}
	if err == nil {
		err = m.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	got := shown(t, m)
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	return got
}

// TestPythonMachineLeftover opens a machine beside what a crash left of an open: a second
// name of its own file.
func TestPythonMachineLeftover(t *testing.T) {
	p, dir := newPython(t), t.TempDir()
	m := p.started(dir)
	if err := errors.Join(put(t, m, 1, "one"), m.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dir, "machine"), filepath.Join(dir, "machine.new")); err != nil {
		t.Fatal(err)
	}
	m = p.started(dir)
	if got := shown(t, m); got != "[{k one}] at 1" {
		t.Errorf("got %s, want what was there", got)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 || err != nil {
		t.Errorf("got files %q, error %v, want one", names, err)
	}
}

// TestPythonMachineReadOnly wants a read-only open to show everything and change nothing.
func TestPythonMachineReadOnly(t *testing.T) {
	p, dir := newPython(t), t.TempDir()
	if _, err := p.open(dir, true); err == nil {
		t.Error("got no error from a read-only open of an empty directory")
	}
	m := p.started(dir)
	if err := errors.Join(put(t, m, 1, "one"), m.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(filepath.Join(dir, "machine"))
	if err != nil {
		t.Fatal(err)
	}
	m, err = p.open(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := shown(t, m); got != "[{k one}] at 1" {
		t.Errorf("got %s, want what was there", got)
	}
	if err := put(t, m, 2, "two"); !errors.Is(err, engines.ErrInvalid) {
		t.Errorf("got error %v from an apply, want %v", err, engines.ErrInvalid)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
	after, err := os.Stat(filepath.Join(dir, "machine"))
	if err != nil || !os.SameFile(before, after) || after.Size() != before.Size() {
		t.Errorf("got another file, or error %v", err)
	}
}

// TestPythonMachineStopsForGood has a write fail, as on a full disk, and wants nothing but
// refusals from then on, and what was acknowledged after another open.
func TestPythonMachineStopsForGood(t *testing.T) {
	p, dir := newPython(t), t.TempDir()
	limited := &python{t: t, command: append([]string{"sh", "-c", `ulimit -f 1; exec "$@"`, "sh"}, p.command...)}
	m := limited.started(dir)
	if err := put(t, m, 1, "one"); err != nil {
		t.Fatal(err)
	}
	if err := put(t, m, 2, strings.Repeat("two", 1<<10)); err == nil {
		t.Fatal("got no error from a write past the limit")
	}
	_, _, reading := m.Get(t.Context(), []byte("k"))
	for call, err := range map[string]error{"apply": put(t, m, 2, ""), "get": reading, "flush": m.Flush(t.Context()), "stop": m.Stop(t.Context())} {
		if err == nil {
			t.Errorf("got no error from %s after a write that failed", call)
		}
	}
	if last := m.LastApplied(); last.Index != 1 {
		t.Errorf("got last applied %v, want what was acknowledged", last)
	}
	if err := m.Close(); err == nil {
		t.Error("got no error from close after a write that failed")
	}
	m = p.started(dir)
	if got := shown(t, m); got != "[{k one}] at 1" {
		t.Errorf("got %s, want what was acknowledged", got)
	}
	if err := put(t, m, 2, "two"); err != nil {
		t.Error(err)
	}
}
