package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// An interrupt ends what would take an hour, and leaves nothing: no file, no process, no mount.
func TestBenchInterrupt(t *testing.T) {
	t.Run("engine", func(t *testing.T) { interruptBench(t, "file-buffered") })
	t.Run("program", func(t *testing.T) {
		interruptBench(t, "--", pythonFor(t), "../../examples/python-machine/machine.py")
	})
}

func interruptBench(t *testing.T, engine ...string) {
	r := &cutRun{mark: fmt.Sprint(os.Getpid(), time.Now().UnixNano()), temp: t.TempDir()}
	r.Cmd = exec.Command("ackproof", append([]string{"bench", "--runs=1000"}, engine...)...)
	r.Env = append(os.Environ(), markVariable+"="+r.mark, "TMPDIR="+r.temp)
	r.Stdout, r.Stderr = &r.out, &r.err
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	awaitFile(t, r.temp)
	took := r.interrupt(t, 1)
	if r.ProcessState.ExitCode() != exitUnknown || !strings.Contains(r.err.String(), "interrupted: not all was measured") {
		t.Errorf("got %v and %q, want code 2 and why", r.ProcessState, r.err.String())
	}
	if most := endsIn + onLoadedMachine; took > most {
		t.Errorf("ended after %v, want at most %v", took, most)
	}
	r.nothingLeft(t)
}

// awaitFile waits until there is something in dir.
func awaitFile(t *testing.T, dir string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
			return
		}
	}
	t.Error("got no file within a minute, want what is measured")
}

// pythonFor returns Python itself, without the wrapper of a version manager.
func pythonFor(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil && harness.Required("python") {
		t.Fatalf("python3: %v", err)
	}
	if err != nil {
		t.Skipf("NOTHING WAS TESTED: python3: %v\nACKPROOF_REQUIRE=python makes this a failure", err)
	}
	return strings.TrimSpace(string(out))
}
