package schedule

import (
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
)

// TestStuckSync wants clients to go on while another's sync is stuck, which waits for
// nobody's turn, and that one to end once the disk is released.
func TestStuckSync(t *testing.T) {
	for seed := range uint64(20) {
		d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Error: fault.Stuck, Times: 1}}})
		f, err := d.Create("f")
		if err != nil {
			t.Fatal(err)
		}
		g := gateHere()
		d.SetGate(g)
		syncs := func() {
			if err := f.Sync(); err != nil {
				t.Error(err)
			}
		}
		reads := func() {
			for d.StuckSyncs() == 0 {
				g.Pass()
			}
			for range 5 {
				if _, err := f.Stat(); err != nil {
					t.Error(err)
				}
			}
			d.Release()
		}
		g.Together(seed, []func(){syncs, reads})
	}
}
