package watch

import (
	"strings"
	"testing"
	"time"
)

// TestFamily wants the goroutines that a family's started, also where the starter has ended,
// and no others, and says where they are.
func TestFamily(t *testing.T) {
	release, began := make(chan struct{}), make(chan struct{})
	family, other := NewFamily(), NewFamily()
	other.Do(func() { go func() { began <- struct{}{}; <-release }() })
	family.Do(func() {
		go func() {
			for range 2 {
				go grandchild(began, release)
			}
		}()
	})
	for range 3 {
		<-began
	}
	found := map[string]int{}
	for _, r := range family.Running() {
		found[r.Stack[len(r.Stack)-1].Function] += r.Count
	}
	if name := "github.com/ackproof/ackproof/internal/watch.grandchild"; len(found) != 1 || found[name] != 2 {
		t.Errorf("got %v, want two of %s", found, name)
	}
	if at := family.Running()[0].Stack; !strings.HasSuffix(at[len(at)-1].File, "family_test.go") || at[len(at)-1].Line == 0 {
		t.Errorf("got %+v, want lines of this file", at)
	}
	close(release)
	for len(family.Running())+len(other.Running()) > 0 {
		time.Sleep(time.Millisecond)
	}
}

func grandchild(began chan<- struct{}, release <-chan struct{}) {
	began <- struct{}{}
	<-release
}

func BenchmarkFamily(b *testing.B) {
	family := NewFamily()
	for b.Loop() {
		family.Running()
	}
}
