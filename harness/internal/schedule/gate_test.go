package schedule

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ackproof/ackproof/internal/watch"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateHere returns a gate for goroutines that this one starts.
func gateHere() *Gate {
	root := watch.Goroutine()
	return New(false, func() map[string]bool { return watch.Busy(root, Skip) })
}

// orderOf returns in which order two clients take five steps each.
func orderOf(seed uint64) string {
	g := gateHere()
	var order []byte
	client := func(name byte) func() {
		return func() {
			for range 5 {
				order = append(order, name) // nobody else runs: the race detector would see it
				g.Pass()
			}
		}
	}
	g.Together(seed, []func(){client('a'), client('b')})
	return string(order)
}

// TestSeedsDecide wants one order for each seed, whatever the machine does, and many
// orders for many seeds.
func TestSeedsDecide(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(20) {
		first := orderOf(seed)
		orders[first] = true
		for range 5 {
			if again := orderOf(seed); again != first {
				t.Fatalf("seed %d: got %s, then %s", seed, first, again)
			}
		}
	}
	if len(orders) < 5 {
		t.Errorf("got %d orders for 20 seeds", len(orders))
	}
}

// TestWaitingForOneThatWaits wants clients to come to an end though one waits for a lock
// that another holds at a scheduling point.
func TestWaitingForOneThatWaits(t *testing.T) {
	for seed := range uint64(30) {
		g := gateHere()
		var lock sync.Mutex
		client := func() {
			for range 3 {
				lock.Lock()
				g.Pass()
				g.Hold()
				lock.Unlock()
				g.Returned()
			}
		}
		g.Together(seed, []func(){client, client, client})
	}
}

// parkedSync begins a sync that is held, and says when it ends.
func parkedSync(g *Gate) (ended chan bool) {
	ended = make(chan bool, 1)
	go func() {
		g.Hold()
		ended <- true
	}()
	waitUntilParked(g)
	return ended
}

// TestHold wants the second sync held until two calls have returned, and no other.
func TestHold(t *testing.T) {
	g := gateHere()
	g.Arm(Hold{Sync: 2, Returns: 2})
	g.Hold()
	ended := parkedSync(g)
	g.Returned()
	if len(ended) > 0 || parkedNow(g) != 1 {
		t.Fatal("the second sync ended after one call")
	}
	g.Returned()
	<-ended
	g.Hold()
}

// TestHoldEndsIfNobodyElseGoesOn wants a call to come to an end that waits for its own
// sync, and one between whose calls a sync is held to wait for the next call.
func TestHoldEndsIfNobodyElseGoesOn(t *testing.T) {
	g := gateHere()
	g.Arm(Hold{Sync: 1, Returns: 1})
	g.Enter()
	g.Hold()
	g.Leave()
	g.Arm(Hold{Sync: 1, Returns: 1})
	ended := parkedSync(g)
	for range 1000 {
		if g.unblock(g.progress, looksMax+1); parkedNow(g) != 1 {
			t.Fatal("the sync ended while no call was under way")
		}
	}
	g.Enter()
	<-ended
	g.Leave()
}

// TestOpen wants nobody to wait any more.
func TestOpen(t *testing.T) {
	g := gateHere()
	g.Arm(Hold{Sync: 1, Returns: 1})
	g.Arm(Hold{Sync: 4, Returns: 2})
	var group sync.WaitGroup
	group.Go(g.Hold)
	waitUntilParked(g)
	g.Open()
	group.Wait()
	g.Hold()
	g.Pass()
}

// TestSyncTakesTime wants a group commit that counts what came during its sync to be
// seen by some seed: two clients add, and a sync covers what was there when it began.
func TestSyncTakesTime(t *testing.T) {
	lied := false
	for seed := range uint64(20) {
		g := gateHere()
		written, covered := 0, 0
		client := func() {
			for range 3 {
				g.Pass()
				written++
				g.Pass()
				begun := written
				g.Hold()
				lied = lied || written > begun // what it would count
				covered = max(covered, begun)
				g.Returned()
			}
		}
		g.Together(seed, []func(){client, client})
		if covered > written {
			t.Fatal("more was covered than was written")
		}
	}
	if !lied {
		t.Error("nothing was ever written while a sync ran")
	}
}

func waitUntilParked(g *Gate) {
	for parkedNow(g) == 0 {
	}
}

func parkedNow(g *Gate) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.parked)
}

// TestNobodyStarves wants a client that makes calls until another has done something to
// come to an end, whoever is drawn to go on first.
func TestNobodyStarves(t *testing.T) {
	for seed := range uint64(40) {
		g := gateHere()
		var done atomic.Bool
		waits := func() {
			for !done.Load() {
				g.Pass()
			}
		}
		does := func() {
			g.Pass()
			g.Hold()
			done.Store(true)
		}
		g.Together(seed, []func(){waits, does, waits})
	}
}

// TestSpinning wants clients that turn in circles for a lock to come to an end.
func TestSpinning(t *testing.T) {
	g := gateHere()
	var lock atomic.Bool
	client := func() {
		for range 10 {
			for !lock.CompareAndSwap(false, true) {
				runtime.Gosched()
			}
			g.Pass()
			lock.Store(false)
		}
	}
	g.Together(1, []func(){client, client, client})
	if g.phase != nil || len(g.parked) > 0 {
		t.Error("somebody still waits")
	}
}

// TestHoldByHandOutlivesPhase wants a sync that is held by hand to be held when the calls
// that overlapped are over.
func TestHoldByHandOutlivesPhase(t *testing.T) {
	g := gateHere()
	g.Arm(Hold{Sync: 1, Returns: 3})
	ended := parkedSync(g)
	g.Together(1, []func(){g.Returned, g.Pass})
	if len(ended) > 0 || parkedNow(g) != 1 {
		t.Fatal("the sync ended with the phase")
	}
	g.Returned()
	g.Returned()
	<-ended
}
