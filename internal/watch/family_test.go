package watch

import (
	"reflect"
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

// TestReadRunning: names that begin as a hexadecimal number does are read whole.
func TestReadRunning(t *testing.T) {
	const record = `2 @ 0x47e2ee 0x4a1be5 0x4a2c01 0x485e21
# labels: {"ackproof-family":"1"}
#	0x4a1be4	context.(*cancelCtx).propagateCancel.func2+0xa4		/src/context/context.go:516
#	0x4a2c00	bufio.(*Reader).Read+0x20				/src/bufio/bufio.go:240
#	0x485e20	example.com/wal.(*Log).loop+0x2				/src/wal/log.go:88
`
	want := Running{2, []Frame{
		{"context.(*cancelCtx).propagateCancel.func2", "/src/context/context.go", 516},
		{"bufio.(*Reader).Read", "/src/bufio/bufio.go", 240},
		{"example.com/wal.(*Log).loop", "/src/wal/log.go", 88},
	}}
	if got := readRunning(record); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func BenchmarkFamily(b *testing.B) {
	family := NewFamily()
	for b.Loop() {
		family.Running()
	}
}
