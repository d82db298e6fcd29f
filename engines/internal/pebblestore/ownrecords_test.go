package pebblestore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

const dir = "db"

// written returns the files of a store that has keys 0 to n-1 in its write-ahead log, as a
// power failure leaves it, with the names of its log and its manifest.
func written(t *testing.T, n int) (files *vfs.MemFS, log, manifest string) {
	t.Helper()
	files = vfs.NewCrashableMem()
	db, err := Open(Options{FS: files, Dir: dir, Tune: Small})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := db.Commit(func(b *pebble.Batch) error { return b.Set(key(i), make([]byte, 1000), nil) }, true); err != nil {
			t.Fatal(err)
		}
	}
	left := files.CrashClone(vfs.CrashCloneCfg{}) // all of the log is synced
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := left.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for _, name := range names {
		switch path := left.PathJoin(dir, name); {
		case strings.HasSuffix(name, ".log"):
			log = path
		case strings.HasPrefix(name, "MANIFEST"):
			manifest = path
		}
	}
	return left, log, manifest
}

func key(i int) []byte { return fmt.Appendf(nil, "key-%04d", i) }

func readAll(t *testing.T, fs vfs.FS, path string) []byte {
	t.Helper()
	f, err := fs.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(iotest.OneByteReader(f))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// overwrite puts bytes at an offset of a file, which ends behind them.
func overwrite(t *testing.T, fs vfs.FS, path string, off int, b []byte) {
	t.Helper()
	all := append(readAll(t, fs, path)[:off], b...)
	f, err := fs.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(all); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// keysOf returns how many keys a store has, which are the first ones.
func keysOf(t *testing.T, db *DB) int {
	t.Helper()
	n := 0
	err := db.Read(func(db *pebble.DB) error {
		it, err := db.NewIter(nil)
		if err != nil {
			return err
		}
		for ok := it.First(); ok; ok = it.Next() {
			if !bytes.Equal(it.Key(), key(n)) {
				t.Errorf("got key %q, want %q", it.Key(), key(n))
			}
			n++
		}
		return it.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOldManifestInLog: a crash keeps a log's size, and in place of bytes that it lost leaves
// those that a manifest had there. Pebble v2.1.7 takes them for a record. If a newer one does
// not, ownRecords is not needed any more.
func TestOldManifestInLog(t *testing.T) {
	for _, c := range []struct {
		name              string
		keys, off, atMost int
	}{
		{"in the first block", 1, 0, 0},
		{"in the second block", 40, blockBytes, 33},
	} {
		t.Run(c.name, func(t *testing.T) {
			files, log, manifest := written(t, c.keys)
			overwrite(t, files, log, c.off, readAll(t, files, manifest))
			o := Options{FS: files, Dir: dir, Tune: Small, OwnBytes: true, ReadOnly: true}
			if db, err := Open(o); !errors.Is(err, pebble.ErrInvalidBatch) {
				t.Errorf("Pebble itself: got %v and error %v, want %v", db, err, pebble.ErrInvalidBatch)
			}
			o.OwnBytes, o.ReadOnly = false, false
			db, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if n := keysOf(t, db); n > c.atMost || c.off > 0 && n == 0 {
				t.Errorf("got %d keys, want those before the lost bytes, of which there are %d at most", n, c.atMost)
			}
		})
	}
}

// A log without records of others is read as it is.
func TestOwnLogUnchanged(t *testing.T) {
	files, log, manifest := written(t, 50)
	want := readAll(t, files, log)
	if len(want) < blockBytes {
		t.Fatalf("got a log of %d bytes, want more than a block", len(want))
	}
	for _, path := range []string{log, manifest} {
		if want, got := readAll(t, files, path), readAll(t, ownRecords{files}, path); !bytes.Equal(got, want) {
			t.Errorf("%s: got %d bytes, want the %d that are there", path, len(got), len(want))
		}
	}
}
