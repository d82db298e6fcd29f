package snapshot

import (
	"errors"
	iofs "io/fs"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
)

const path = "/machine/snapshots/s"

// versions are the states that one file is written with, one after the other.
var versions = [][]engines.KeyValue{pairsOf("a", "1"), pairsOf("a", "2", "b", string(make([]byte, 2000))), nil}

// write writes a version, whose position is its number from 1 on.
func write(fs afero.Fs, version int) (engines.SnapshotMetadata, error) {
	last := engines.LogID{Index: uint64(version), Term: 1}
	sum, err := Write(fs, path, last, scanOf(versions[version-1]))
	return engines.SnapshotMetadata{LastIncluded: last, Checksum: sum}, err
}

// found returns which version is at path, 0 if there is no file, and -1 if it is none of them.
func found(t *testing.T, fs afero.Fs, sums []engines.SnapshotMetadata) int {
	t.Helper()
	for i, metadata := range sums {
		pairs, err := Read(fs, path, metadata)
		switch {
		case errors.Is(err, iofs.ErrNotExist):
			return 0
		case err == nil && show(pairs) == show(versions[i]):
			return i + 1
		case !errors.Is(err, engines.ErrCorrupt):
			t.Fatal(err)
		}
	}
	return -1
}

// After a crash the file is the one that was returned for last, or one that was being
// written; and it can be written again.
func TestCrashes(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	sums := make([]engines.SnapshotMetadata, len(versions))
	returned := make([]int, len(versions))
	for i := range versions {
		var err error
		sums[i], err = write(d, i+1)
		must(t, err)
		returned[i] = d.Return(i + 1)
	}
	for _, profile := range crash.Profiles() {
		space, states := crash.NewSpace(d.Journal(), profile), 0
		for c := range space.Walk(crash.DefaultPlan()) {
			states++
			image, err := space.Image(c.State())
			must(t, err)
			after := faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true})
			least := 0
			for i, time := range returned {
				if c.Point() >= time {
					least = i + 1
				}
			}
			if got := found(t, after, sums); got < least || got > least+1 {
				t.Fatalf("%s, %s: found version %d, want %d or the next", profile.Name, c.State(), got, least)
			}
			again, err := write(after, 2)
			must(t, err)
			if names, err := afero.ReadDir(after, "/machine/snapshots"); again != sums[1] || len(names) != 1 || err != nil {
				t.Fatalf("%s, %s: written again there are %d files, %v", profile.Name, c.State(), len(names), err)
			}
		}
		t.Logf("%s: %d states", profile.Name, states)
		if states < 50 {
			t.Errorf("%s: %d states are too few", profile.Name, states)
		}
	}
}

// Whatever call fails, Write says so, or the file is there. What was there before is whole
// if the new one is not.
func TestFaults(t *testing.T) {
	sums := make([]engines.SnapshotMetadata, len(versions))
	for i := range versions {
		var err error
		sums[i], err = write(faultfs.NewDisk(faultfs.Config{}), i+1)
		must(t, err)
	}
	fired := 0
	for _, before := range []int{0, 1} {
		for _, call := range fault.Calls() {
			for nth := 1; checkFault(t, fault.Fault{Call: call, Nth: nth, Times: 1}, before, sums); nth++ {
				fired++
			}
		}
	}
	t.Logf("%d faults", fired)
	if fired < 20 {
		t.Errorf("%d faults fired, want at least 20", fired)
	}
}

// checkFault writes the version after before with a fault, and reports whether it fired.
func checkFault(t *testing.T, f fault.Fault, before int, sums []engines.SnapshotMetadata) bool {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	for version := range before {
		_, err := write(d, version+1)
		must(t, err)
	}
	if d.Arm(f) != nil {
		return false
	}
	_, err := write(d, before+1)
	if d.Faults()[0].Fired == 0 {
		return false
	}
	if got := found(t, d, sums); got != before+1 && (err == nil || got != before) {
		t.Errorf("%s: got %v, and found version %d", f, err, got)
	}
	_, err = write(d, 3)
	must(t, err)
	if got := found(t, d, sums); got != 3 {
		t.Errorf("%s: written again, found version %d", f, got)
	}
	return true
}
