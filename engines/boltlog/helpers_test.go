package boltlog

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens an engine that the test closes.
func open(t rapid.TB, o Options) *Engine {
	t.Helper()
	e, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// batch returns the entries first..last of term 1, each with a payload that its
// index tells.
func batch(first, last uint64, sizeBytes int) []engines.Entry {
	var out []engines.Entry
	for index := first; index <= last; index++ {
		e := engines.Entry{Index: index, Term: 1, Payload: make([]byte, sizeBytes)}
		for i := range e.Payload {
			e.Payload[i] = byte(index*31 + uint64(i))
		}
		out = append(out, e)
	}
	return out
}

func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// memoryDir returns an empty directory, in memory where the machine has such.
func memoryDir(t testing.TB) string {
	const inMemory = "/dev/shm"
	if _, err := os.Stat(inMemory); err != nil {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(inMemory, "boltlog-test-")
	must(t, err)
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// filesIn returns the files in dir with their bytes.
func filesIn(t rapid.TB, dir string) map[string]string {
	t.Helper()
	names, err := os.ReadDir(dir)
	must(t, err)
	files := map[string]string{}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name.Name()))
		must(t, err)
		files[name.Name()] = string(content)
	}
	return files
}
