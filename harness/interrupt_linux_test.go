package harness_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// endsWithin is how soon an interrupted test ends, and what a loaded machine may add.
const endsWithin, onLoadedMachine = 2 * time.Second, 4 * time.Second

// TestInterruptedTest: a test that is interrupted fails with what it found, and says of
// nothing else that it held.
func TestInterruptedTest(t *testing.T) {
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}
	if testing.Short() {
		signals = signals[:1]
	}
	for _, engine := range []string{"slow-unsynced", "slow-sound"} {
		for i, signal := range signals {
			c := startChild(t, engine, time.Minute)
			if engine == "slow-unsynced" {
				c.awaitBundle(t)
			}
			time.Sleep(time.Second + time.Duration(i)*500*time.Millisecond)
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			sent := time.Now()
			out := c.wait(t)
			t.Logf("%s: ended %v after %v", engine, c.ended.Sub(sent), signal)
			if c.code() != 1 || c.ended.Sub(sent) > endsWithin+onLoadedMachine || strings.Contains(out, ": held") {
				t.Errorf("exit %d, %v after %v\n%s", c.code(), c.ended.Sub(sent), signal, out)
			}
			_, told := c.toldAfter()
			if told != (engine == "slow-unsynced") || told && !brokenPromise.MatchString(out) || !strings.Contains(out, "interrupted") {
				t.Errorf("told: %v\n%s", told, out)
			}
			if told {
				c.replay(t, c.bundles())
			}
		}
	}
}

// awaitBundle waits until the child has told a finding.
func (c *child) awaitBundle(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if files, err := os.ReadDir(c.outDir); err == nil && len(files) > 0 {
			return
		}
	}
	t.Fatal("nothing was told within 30 s")
}

// TestSecondInterrupt ends a test at once, whatever it does. One that has ended by the time
// the second comes says nothing, so another is started.
func TestSecondInterrupt(t *testing.T) {
	const tries = 10
	var c *child
	for range tries {
		c = startChild(t, "slow-sound", time.Minute)
		time.Sleep(time.Second)
		for range 100 {
			if c.Process.Signal(syscall.SIGINT) != nil {
				break // it has ended
			}
			time.Sleep(time.Millisecond)
		}
		c.wait(t)
		if status := c.ProcessState.Sys().(syscall.WaitStatus); status.Signal() == syscall.SIGINT {
			return
		}
	}
	t.Errorf("got %v of each of %d, want that the signal ended one\n%s", c.ProcessState, tries, c.wait(t))
}
