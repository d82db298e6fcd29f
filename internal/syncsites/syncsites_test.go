package syncsites_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/internal/syncsites"
)

const source = `package wal

import "os"

type log struct{ f *os.File }

func (l *log) append() error {
	defer func() {
		_ = l.f.
			Sync()
	}()
	return l.flush()
}

func (l log) flush() error { return l.f.Sync() }

func syncAll(fd int) { unix.Fdatasync(fd); sync(fd) }
`

func TestIn(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"wal.go":         source,
		"wal_test.go":    "package wal\nfunc f() { x.Sync() }\n",
		"other.go":       "//go:build neverbuilt\n\npackage wal\nfunc g() { x.Sync() }\n",
		"notes.txt":      "x.Sync()",
		"wal_plan9.go":   "package wal\nfunc h() { x.Sync() }\n",
		"hidden/deep.go": "package deep\nfunc i() { x.Sync() }\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "wal.go")
	want := []syncsites.Site{{"(*log).append", file, 10}, {"log.flush", file, 15}, {"syncAll", file, 17}}
	if got, err := syncsites.In(dir); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestInNoSource(t *testing.T) {
	for _, dir := range []string{"example.com/wal@v1.2.3", filepath.Join(t.TempDir(), "gone")} {
		if got, err := syncsites.In(dir); !errors.Is(err, syncsites.ErrNoSource) {
			t.Errorf("%s: got %v, %v, want %v", dir, got, err, syncsites.ErrNoSource)
		}
	}
}
