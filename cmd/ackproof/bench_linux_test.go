package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An interrupt ends what would take an hour, and nothing is left: neither files nor a process.
func TestBenchInterrupt(t *testing.T) {
	for _, engine := range [][]string{{"mem"}, {"--", "python3", "../../examples/python-machine/machine.py"}} {
		dir := t.TempDir()
		var stderr bytes.Buffer
		c := exec.Command("ackproof", append([]string{"bench", "--runs=1000", "--dir=" + dir}, engine...)...)
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		patience := time.AfterFunc(time.Minute, func() { _ = c.Process.Kill() })
		defer patience.Stop()
		awaitFile(t, dir)
		if err := c.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // its state says how it ended
		if c.ProcessState.ExitCode() != exitUnknown || !strings.Contains(stderr.String(), "interrupted: not all was measured") {
			t.Errorf("%v: got %v and %q, want code 2 and why", engine, c.ProcessState, stderr.String())
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%v: got %v, %v left in --dir, want nothing", engine, left, err)
		}
	}
}

// awaitFile waits until there is something in dir.
func awaitFile(t *testing.T, dir string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
		if made, err := os.ReadDir(dir); err != nil || len(made) > 0 {
			return
		}
	}
	t.Error("got nothing in --dir within a minute, want what is measured")
}
