package faultfs_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/spf13/afero"
)

// TestSyncReport: which syncs fail (-) and which go well (+) if the first one fails: those
// of a and b, which were open then, and of c, which is opened later.
func TestSyncReport(t *testing.T) {
	for report, want := range map[fault.SyncReport]string{
		fault.SyncReportOnce:     "a- b+ a+ c+",
		fault.SyncReportEachOpen: "a- b- b+ c+",
		fault.SyncReportLate:     "a+ a- b- c+",
	} {
		syncs := strings.Fields(want)
		d := faultfs.NewDisk(faultfs.Config{SyncReport: report, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Times: 1}}})
		files := map[byte]afero.File{}
		for _, name := range "ab" {
			f, err := d.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o644)
			must(t, err)
			files[byte(name)] = f
		}
		for i, sync := range syncs {
			if sync[0] == 'c' {
				f, err := d.Open("f")
				must(t, err)
				files['c'] = f
			}
			err := files[sync[0]].Sync()
			if failed := errors.Is(err, fault.ErrInjected); failed != (sync[1] == '-') {
				t.Errorf("report %d: sync %d of %q: got %v", report, i+1, syncs, err)
			}
		}
	}
}

// TestLateReportAfterKill: a failure of which nobody was told yet is told to the next
// process, once.
func TestLateReportAfterKill(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{SyncReport: fault.SyncReportLate, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Times: 1}}})
	f, err := d.Create("f")
	must(t, err)
	must(t, f.Sync())
	stored, err := d.Journal().Record().Journal()
	must(t, err)
	for name, next := range map[string]*faultfs.Disk{
		"resumed": faultfs.Resume(faultfs.Config{SyncReport: fault.SyncReportLate}, stored), "killed": d.Kill(),
	} {
		f, err := next.Open("f")
		must(t, err)
		if err := f.Sync(); !errors.Is(err, fault.ErrInjected) {
			t.Errorf("%s: got %v", name, err)
		}
		must(t, f.Sync())
		resumed := faultfs.Resume(faultfs.Config{SyncReport: fault.SyncReportLate}, next.Journal())
		f, err = resumed.Open("f")
		must(t, err)
		must(t, f.Sync())
	}
}
