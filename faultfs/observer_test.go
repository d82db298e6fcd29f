package faultfs_test

import (
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
)

// TestObserver: each call is told once it has ended, with and without faults, in no lock of
// the disk, and none any more once nobody asks.
func TestObserver(t *testing.T) {
	for _, faults := range [][]fault.Fault{nil, {{Call: fault.Rename, Nth: fault.NthMax, Times: 1}}} {
		d := faultfs.NewDisk(faultfs.Config{Faults: faults})
		calls, events := 0, 0
		d.SetObserver(func() {
			calls++
			events = len(d.Journal().Events)
		})
		var f afero.File
		for i, call := range []func() error{
			func() (err error) { f, err = d.Create("f"); return err },
			func() error { _, err := f.WriteString("some"); return err },
			func() error { return f.Sync() },
			func() error { _, err := f.ReadAt(make([]byte, 4), 0); return err },
			func() error { _, err := f.Stat(); return err },
			func() error { return f.Close() },
			func() error { return d.Rename("f", "g") },
			func() error { _, err := d.Stat("g"); return err },
			func() error { return d.Remove("g") },
		} {
			if err := call(); err != nil {
				t.Fatal(err)
			}
			if calls != i+1 || events != len(d.Journal().Events) {
				t.Errorf("call %d: %d were told, the last after %d of %d events", i+1, calls, events, len(d.Journal().Events))
			}
		}
		told := calls
		d.Invoke(1)
		d.Kill()
		d.SetObserver(nil)
		if _, err := d.Stat("g"); err == nil || calls != told {
			t.Errorf("%d more were told: marks, a kill, and a call after the end", calls-told)
		}
	}
}
