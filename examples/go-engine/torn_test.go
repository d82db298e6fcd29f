package oslog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ackproof/ackproof/engines"
	oslog "github.com/ackproof/ackproof/examples/go-engine"
)

// A file that ends anywhere in its last record, with zeros or old bytes after it,
// shows the records before; and what is then written is found again.
func TestTornTail(t *testing.T) {
	two, three := writeBatches(t, t.TempDir(), 2), writeBatches(t, t.TempDir(), 3)
	for end := len(two); end < len(three); end++ {
		for what, tail := range map[string][]byte{"nothing": nil, "zeros": make([]byte, 99), "a record": two[:len(two)/2]} {
			dir := t.TempDir()
			torn := append(append([]byte{}, three[:end]...), tail...)
			must(t, os.WriteFile(filepath.Join(dir, "log"), torn, 0o644))
			for wantLast := uint64(4); wantLast <= 5; wantLast++ {
				s, err := oslog.Open(dir)
				must(t, err)
				if got := s.LastIndex(); got != wantLast {
					t.Fatalf("cut at %d with %s after it: got last index %d, want %d", end, what, got, wantLast)
				}
				must(t, s.PersistEntries(t.Context(), []engines.Entry{{Index: 5, Term: 9}}))
				must(t, s.Close())
			}
		}
	}
}

// writeBatches returns the file of a store that got count batches of two.
func writeBatches(t *testing.T, dir string, count uint64) []byte {
	t.Helper()
	s, err := oslog.Open(dir)
	must(t, err)
	for i := range count {
		must(t, s.PersistEntries(t.Context(), []engines.Entry{{Index: 2*i + 1, Payload: fmt.Append(nil, i)}, {Index: 2*i + 2}}))
	}
	must(t, s.Close())
	data, err := os.ReadFile(filepath.Join(dir, "log"))
	must(t, err)
	return data
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
