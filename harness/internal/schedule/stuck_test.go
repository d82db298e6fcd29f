package schedule

import (
	"sync"
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

// TestReadsBesideStuckSync: a read that returns while a sync is stuck is told from one that
// waits for it, behind a lock, and from one that makes the sync itself; whoever goes first.
func TestReadsBesideStuckSync(t *testing.T) {
	for seed := range uint64(6) {
		g := gateHere()
		var lock sync.Mutex
		never := make(chan struct{})
		syncs := func() {
			lock.Lock()
			defer lock.Unlock()
			g.Stick(never)
		}
		var returns, waits, own [2]bool
		g.Together(seed, []func(){
			syncs,
			func() { returns[0], returns[1] = g.Read(g.Pass) },
			func() {
				waits[0], waits[1] = g.Read(func() {
					lock.Lock()
					defer lock.Unlock()
					g.Pass()
				})
			},
		})
		g.Together(seed, []func(){func() { own[0], own[1] = g.Read(func() { g.Stick(never) }) }})
		if !returns[0] || returns[1] || waits[0] || !waits[1] || own[0] || own[1] {
			t.Fatalf("seed %d: returns %v, waits %v, makes it %v", seed, returns, waits, own)
		}
	}
}

// TestStickEnds: a sync that is stuck goes on when it is released, and when the process is
// dead, outside of a phase too.
func TestStickEnds(t *testing.T) {
	g := gateHere()
	released := make(chan struct{})
	ended := make(chan bool, 2)
	stick := func() {
		g.Stick(released)
		ended <- true
	}
	go stick()
	waitUntilParked(g)
	g.Hold() // nobody else waits
	if len(ended) > 0 {
		t.Fatal("it ended before it was released")
	}
	close(released)
	<-ended
	released = make(chan struct{})
	go stick()
	waitUntilParked(g)
	g.Open()
	<-ended
	g.Stick(released)
}
