package watch

import (
	"sync"
	"testing"
)

// TestBusy wants of a goroutine and those that it started, directly or not, the ones
// that can go on.
func TestBusy(t *testing.T) {
	var lock sync.Mutex
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
			for {
				select {
				case <-release:
					return
				default:
				}
			}
		})
		start("locked", func() { lock.Lock(); lock.Unlock() }) //nolint:staticcheck // it is only to wait
		start("receives", func() { <-release })
		root <- ""
		<-release
	}()
	name := <-root
	<-root
	got := Busy(name, "nothing")
	if !got[numbers["runs"]] || got[numbers["locked"]] || got[numbers["receives"]] || got[name] || len(got) != 1 {
		t.Errorf("got %v busy of %v below %s, want only the one that runs", got, numbers, name)
	}
	if got := Busy(name, "TestBusy"); len(got) != 0 {
		t.Errorf("got %v busy, want the one that runs left out", got)
	}
	if got := Busy("0", "nothing"); len(got) != 0 {
		t.Errorf("got %v busy below nobody", got)
	}
	close(release)
	lock.Unlock()
	group.Wait()
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
