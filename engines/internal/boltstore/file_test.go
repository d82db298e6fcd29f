package boltstore

import (
	"errors"
	"os"
	"testing"
)

// While one process makes the file, no other touches it.
func TestOpenRefusedDuringCreation(t *testing.T) {
	path := t.TempDir()
	dir, err := os.Open(path)
	must(t, err)
	defer dir.Close()
	unlock, err := lock(dir)
	must(t, err)
	if _, err := Open(Options{Dir: path}, "file.db"); !errors.Is(err, ErrLocked) {
		t.Errorf("got error %v, want %v", err, ErrLocked)
	}
	if files, err := os.ReadDir(path); len(files) != 0 || err != nil {
		t.Errorf("got %d files after the refusal, error %v, want none", len(files), err)
	}
	must(t, unlock())
	db, err := Open(Options{Dir: path}, "file.db")
	must(t, err)
	must(t, db.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
