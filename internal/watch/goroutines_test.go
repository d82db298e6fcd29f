package watch

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestBusy wants of a goroutine and those that it started, directly or not, the ones
// that can go on.
func TestBusy(t *testing.T) {
	var lock sync.Mutex
	var over atomic.Bool
	got := 0 // times that the lock was had
	lock.Lock()
	release, number := make(chan struct{}), make(chan string)
	var group sync.WaitGroup
	numbers := map[string]string{}
	start := func(name string, do func()) {
		group.Go(func() { number <- Goroutine(); do() })
		numbers[name] = <-number
	}
	root := make(chan string)
	go func() {
		root <- Goroutine()
		start("runs", func() {
			for !over.Load() { // turns in circles
			}
		})
		start("locked", func() {
			lock.Lock()
			defer lock.Unlock()
			got++
		})
		start("receives", func() { <-release })
		root <- ""
		<-release
	}()
	name := <-root
	<-root
	busy := Busy(name, "nothing")
	if !busy[numbers["runs"]] || busy[numbers["locked"]] || busy[numbers["receives"]] || busy[name] || len(busy) != 1 {
		t.Errorf("got %v busy of %v below %s, want only the one that runs", busy, numbers, name)
	}
	if got := Busy(name, "TestBusy"); len(got) != 0 {
		t.Errorf("got %v busy, want the one that runs left out", got)
	}
	if got := Busy("0", "nothing"); len(got) != 0 {
		t.Errorf("got %v busy below nobody", got)
	}
	close(release)
	over.Store(true)
	lock.Unlock()
	group.Wait()
	if got != 1 {
		t.Errorf("the lock was had %d times", got)
	}
}

func TestBusyInText(t *testing.T) {
	stacks := []byte(`goroutine 1 [chan receive, 3 minutes]:
main.main()

goroutine 5 [runnable]:
a()
created by b in goroutine 1
	file.go:7

goroutine 6 [sync.Mutex.Lock]:
a()
created by b in goroutine 5
	file.go:7

goroutine 7 [running, locked to thread]:
a()
created by b in goroutine 6
	file.go:7

goroutine 8 [GC assist wait]:
skipped()
created by b in goroutine 1
	file.go:7

goroutine 9 [syscall]:
a()
created by b in goroutine 99
	file.go:7
`)
	if got := busy(stacks, "1", "skipped"); len(got) != 2 || !got["5"] || !got["7"] {
		t.Errorf("got %v, want 5 and 7", got)
	}
}

func BenchmarkBusy(b *testing.B) {
	for b.Loop() {
		Busy(Goroutine(), "nothing")
	}
}
