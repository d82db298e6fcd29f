package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
)

// built returns the command as a user has it.
func built(t *testing.T) string {
	t.Helper()
	command := filepath.Join(t.TempDir(), "ackproof")
	if out, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return command
}

// markVariable marks the processes of one run.
const markVariable = "ACKPROOF_TEST_RUN"

// cutRun is a run of the built command that is interrupted.
type cutRun struct {
	*exec.Cmd
	out, err        bytes.Buffer
	mark, temp, dir string
}

func startRun(t *testing.T, command string, engines ...string) *cutRun {
	t.Helper()
	r := &cutRun{mark: fmt.Sprint(os.Getpid(), time.Now().UnixNano()), temp: t.TempDir(), dir: t.TempDir()}
	r.Cmd = exec.Command(command, append([]string{"run", "--programs=2000", "--profile=strict-posix", "--json", "--out=" + r.dir}, engines...)...)
	r.Env = append(os.Environ(), markVariable+"="+r.mark, "TMPDIR="+r.temp)
	r.Stdout, r.Stderr = &r.out, &r.err
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

// interrupt interrupts the run n times, and returns how long it took to end.
func (r *cutRun) interrupt(t *testing.T, n int) time.Duration {
	t.Helper()
	began := time.Now()
	for range n {
		if err := r.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	patience := time.AfterFunc(time.Minute, func() { _ = r.Process.Kill() })
	defer patience.Stop()
	_ = r.Wait() // its state says how it ended
	return time.Since(began)
}

// endsWithin is how soon an interrupted run ends, and onLoadedMachine what a machine with
// too much to do may add.
const endsWithin, onLoadedMachine = 2 * time.Second, 4 * time.Second

func TestInterrupts(t *testing.T) {
	command := built(t)
	t.Run("one", func(t *testing.T) { interruptRuns(t, command) })
	t.Run("two", func(t *testing.T) { interruptTwice(t, command) })
}

// interruptRuns interrupts runs at random moments. Each has an engine that holds, and
// that would take far longer.
func interruptRuns(t *testing.T, command string) {
	runs := 50
	if testing.Short() {
		runs = 8
	}
	sound := []string{"file", "file-buffered", "pebble", "pebble-buffered"}
	others := []string{
		"canary/no-sync-on-persist", "canary/ack-before-sync", "canary/truncate-not-synced", "canary/panics-on-torn-tail", "mem", "canary/all",
	}
	onDirs := []string{"bbolt", "bbolt-nosync"}
	random := rand.New(rand.NewPCG(1, 1))
	var slowest time.Duration
	var which string
	told := 0
	for i := range runs {
		engines := []string{others[random.IntN(len(others))], sound[random.IntN(len(sound))]}
		if i%8 == 7 {
			engines[1] = onDirs[i/8%2]
		}
		moment := time.Duration(random.Int64N(int64(1500 * time.Millisecond)))
		r := startRun(t, command, engines...)
		time.Sleep(moment)
		took := r.interrupt(t, 1)
		what := fmt.Sprintf("%v, interrupted after %v", engines, moment)
		if took > slowest {
			slowest, which = took, what
		}
		told += r.check(t, command, what, took)
	}
	t.Logf("%d runs, %d findings told, the slowest ended within %v: %s", runs, told, slowest, which)
	if told == 0 {
		t.Error("no run told a finding")
	}
}

// check checks what is left of a run, and returns how many findings it told.
func (r *cutRun) check(t *testing.T, command, what string, took time.Duration) int {
	t.Helper()
	if took > endsWithin+onLoadedMachine || r.ProcessState.ExitCode() == exitHeld {
		t.Errorf("%s: ended after %v with %v\n%s%s", what, took, r.ProcessState, &r.out, &r.err)
	}
	for line := range strings.Lines(r.out.String()) {
		var report struct {
			Verdict  evidence.Verdict
			Programs struct{ Explored, Planned int }
		}
		if err := json.Unmarshal([]byte(line), &report); err != nil {
			t.Errorf("%s: %v: %s", what, err, line)
		}
		if report.Verdict == evidence.Held && report.Programs.Explored < report.Programs.Planned {
			t.Errorf("%s: held, though it was cut: %s", what, line)
		}
	}
	bundles := r.told()
	for _, bundle := range bundles {
		replay := exec.Command(command, "replay", bundle)
		if out, err := replay.CombinedOutput(); replay.ProcessState.ExitCode() != exitRefuted {
			t.Errorf("%s: replay of %s: %v\n%s", what, bundle, err, out)
		}
	}
	r.nothingLeft(t)
	return len(bundles)
}

// toldBundle is the line that tells a finding, with its bundle.
var toldBundle = regexp.MustCompile(`(?m)^found: .* \((\S+\.ackproof)\)$`)

// told returns the bundles of the findings that the run told.
func (r *cutRun) told() []string {
	var out []string
	for _, m := range toldBundle.FindAllStringSubmatch(r.err.String(), -1) {
		out = append(out, m[1])
	}
	return out
}

// nothingLeft wants no process, mount or file of the run's to be there any more.
func (r *cutRun) nothingLeft(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(r.processes(t)) > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("processes outlived the run: %q", r.processes(t))
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || strings.Contains(string(mounts), r.temp) {
		t.Errorf("a mount outlived the run: %v\n%s", err, mounts)
	}
	if files, err := os.ReadDir(r.temp); err != nil || len(files) > 0 {
		t.Errorf("files outlived the run: %v, %v", files, err)
	}
}

// processes returns the living processes of the run.
func (r *cutRun) processes(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range paths {
		// Another's process cannot be read, nor one that ended meanwhile.
		if environ, err := os.ReadFile(path); err == nil && bytes.Contains(environ, []byte(markVariable+"="+r.mark+"\x00")) {
			out = append(out, path)
		}
	}
	return out
}

// interruptTwice interrupts runs again, which ends them at once, whatever they do.
func interruptTwice(t *testing.T, command string) {
	for _, engine := range []string{"pebble", "bbolt"} {
		r := startRun(t, command, engine)
		time.Sleep(time.Second)
		took := r.interrupt(t, 100)
		status := r.ProcessState.Sys().(syscall.WaitStatus)
		// The first signal may end it before the second comes.
		killed, ended := status.Signaled() && status.Signal() == syscall.SIGINT, status.Exited() && status.ExitStatus() != 0
		if !killed && !ended || took > onLoadedMachine {
			t.Errorf("%s: got %v after %v, want that the signal ended it", engine, r.ProcessState, took)
		}
		t.Logf("%s ended after %v", engine, took)
		r.nothingLeft(t)
	}
}
