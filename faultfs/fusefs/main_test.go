//go:build linux

package fusefs_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// helperVariable tells a process that a process inside the sandbox started it.
const helperVariable = "FUSEFS_HELPER"

// TestMain is also the process inside the sandbox, which uses the mount, and the
// further processes there.
func TestMain(m *testing.M) {
	if sandbox.Entering() {
		if err := sandbox.Enter(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	} else if os.Getenv(helperVariable) == "" {
		goleak.VerifyTestMain(m)
		return
	}
	obey(os.Stdin, os.Stdout)
}

// order is what a process is told to do, and answer what it says then.
type order struct {
	Do    string
	Dir   string
	Other string `json:",omitempty"`
	Index int    `json:",omitempty"`
	Text  string `json:",omitempty"`
	Steps []step `json:",omitempty"`
	// Helper is what the process has its helper do.
	Helper *order `json:",omitempty"`
}

type answer struct {
	Lines []string `json:",omitempty"`
	Error string   `json:",omitempty"`
}

// obey does what it is told until the input ends.
func obey(in io.Reader, out io.Writer) {
	orders, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var o order
		if err := orders.Decode(&o); err != nil {
			return
		}
		var a answer
		if do := commands[o.Do]; do == nil {
			a.Error = "unknown command " + o.Do
		} else if lines, err := do(o); err != nil {
			a.Error = err.Error()
		} else {
			a.Lines = lines
		}
		if err := answers.Encode(a); err != nil {
			return
		}
	}
}

// process is one that obeys.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *json.Decoder
}

func newProcess(env string) (*process, error) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Stderr = os.Stderr
	cmd.Env = os.Environ()
	if env != "" {
		cmd.Env = append(cmd.Env, env)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	return &process{cmd: cmd, in: in, out: json.NewDecoder(bufio.NewReader(out))}, err
}

// tell sends an order and listen returns the answer.
func (p *process) tell(o order) error { return json.NewEncoder(p.in).Encode(o) }

func (p *process) listen() ([]string, error) {
	var a answer
	if err := p.out.Decode(&a); err != nil {
		return nil, fmt.Errorf("the process ended: %w", err)
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	return a.Lines, nil
}

func (p *process) ask(o order) ([]string, error) {
	if err := p.tell(o); err != nil {
		return nil, err
	}
	return p.listen()
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// place is a served mount, with a process that uses it.
type place struct {
	*process
	box    *sandbox.Sandbox
	server *fusefs.Server
}

// callSecondsMax is how long anything may take; who takes longer hangs.
const callSecondsMax = 60

func start(t testing.TB, o fusefs.Options) *place {
	t.Helper()
	p, err := newProcess("")
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := sandbox.Prepare(p.cmd)
	if err == nil {
		if err = p.cmd.Start(); err != nil {
			err = prepared.Abort(err)
		}
	}
	unavailable(t, err)
	// A process that hangs is killed, and whoever waits for it fails.
	watchdog := time.AfterFunc(callSecondsMax*time.Second, func() { _ = p.cmd.Process.Kill() })
	t.Cleanup(func() {
		if !watchdog.Stop() {
			t.Errorf("the test took more than %d s, and was ended by a kill", callSecondsMax)
		}
		p.kill()
	})
	box, err := prepared.Receive(10 * time.Second)
	unavailable(t, err)
	t.Cleanup(func() { box.Close() })
	server, err := fusefs.Serve(box.Device, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &place{process: p, box: box, server: server}
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, sandbox.ErrUnavailable) && !strings.Contains(os.Getenv("ACKPROOF_REQUIRE"), "fuse") {
		t.Skipf("NOT RUN: %v; ACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// do has the process do something in a directory, without an error.
func (p *place) do(t testing.TB, o order) []string {
	t.Helper()
	lines, err := p.ask(o)
	if err != nil {
		t.Fatalf("%s: %v", o.Do, err)
	}
	return lines
}

// attach attaches a disk and returns where it is.
func (p *place) attach(d *faultfs.Disk) (name, dir string) {
	name = p.server.Attach(d)
	return name, filepath.Join(p.box.DiskDir, name)
}

// until waits for what another process or the kernel brings about.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 10 s for: %s", what)
		}
	}
}

func newDisk() *faultfs.Disk { return faultfs.NewDisk(faultfs.Config{NoStacks: true}) }

// eventLines returns what happened to a disk.
func eventLines(d *faultfs.Disk) []string {
	var out []string
	for _, e := range d.Journal().Events {
		line := e.String()
		switch {
		case e.Kind == journal.EventWrite && len(e.Data) <= 64:
			line = fmt.Sprintf("write %s %q at %d", e.Path, e.Data, e.Off)
		case e.Kind == journal.EventCreate:
			line = fmt.Sprintf("create %s %v", e.Path, e.Mode)
		}
		out = append(out, line)
	}
	return out
}
