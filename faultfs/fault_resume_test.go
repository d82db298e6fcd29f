package faultfs_test

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"pgregory.net/rapid"
)

// drawStep returns a step that may fail, or that gives the disk a fault or a limit.
func drawStep(t *rapid.T) string {
	name := rapid.SampledFrom([]string{"a", "b", "d/a"}).Draw(t, "name")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return "arm " + drawFault(t).String()
	case 1:
		return rapid.SampledFrom([]string{"space 0", "space 700", "space 9000", "space all"}).Draw(t, "space")
	}
	step := rapid.SampledFrom([]string{
		"create %s", "append %s 700 A", "write %s 100 5000 B", "truncate %s 300", "fsync %s", "fdatasync %s", "unlink %s",
		"osync %s 0 600 C", "rename %s b", "reserve %s 0 9000", "allocate %s 0 2000", "dirsync d",
	}).Draw(t, "step")
	if step == "dirsync d" {
		return step
	}
	return fmt.Sprintf(step, name)
}

// drawFault returns a fault that a disk can have, and that leaves nothing stuck.
func drawFault(t *rapid.T) fault.Fault {
	return rapid.Custom(func(t *rapid.T) fault.Fault {
		return fault.Fault{
			Call:  rapid.SampledFrom(append(fault.Calls(), fault.AnyCall)).Draw(t, "call"),
			Nth:   rapid.IntRange(1, 3).Draw(t, "nth"),
			Path:  rapid.SampledFrom([]string{"", "a", "/b"}).Draw(t, "path"),
			Error: rapid.SampledFrom(fault.Errors()).Draw(t, "error"),
			Times: rapid.IntRange(0, 2).Draw(t, "times"),
			Lands: rapid.Bool().Draw(t, "lands"),
		}
	}).Filter(func(f fault.Fault) bool { return f.Check() == nil }).Draw(t, "fault")
}

// TestResumeAsKill: whatever failed, a disk that is resumed from its stored journal is the
// one that a kill leaves: it holds the same, its faults counted the same, and the same
// calls fail from then on.
func TestResumeAsKill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := faultfs.Config{
			NoStacks:    true,
			SyncFailure: fault.SyncFailure(rapid.IntRange(0, int(fault.SyncFailureLost)).Draw(t, "failure")),
			SyncReport:  fault.SyncReport(rapid.IntRange(0, int(fault.SyncReportLate)).Draw(t, "report")),
		}
		d := faultfs.NewDisk(c)
		_ = litmus.Step(d, "mkdir d")
		for range rapid.IntRange(0, 25).Draw(t, "steps") {
			_ = litmus.Step(d, drawStep(t))
		}
		stored, err := d.Journal().Record().Journal()
		if err != nil {
			t.Fatal(err)
		}
		for events := range len(stored.Events) {
			early, err := stored.Until(events).Record().Journal()
			if err != nil {
				t.Fatalf("after %d events: %v", events, err)
			}
			faultfs.Resume(c, early)
		}
		killed, resumed := d.Kill(), faultfs.Resume(c, stored)
		same := func(when string) {
			if got, want := stateOf(resumed), stateOf(killed); got != want {
				t.Fatalf("%s, resumed:\n%s\nkilled:\n%s", when, got, want)
			}
		}
		same("at first")
		for range 6 {
			step := drawStep(t)
			got, want := litmus.Step(resumed, step), litmus.Step(killed, step)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s: resumed %v, killed %v", step, got, want)
			}
			same(step)
		}
	})
}

func stateOf(d *faultfs.Disk) string {
	return fmt.Sprint(litmus.Image(d.Image()), "\n", d.Faults(), "\n", d.Space(), "\n", d.Journal().Events)
}
