package pebblefs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/objstorage/objstorageprovider"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
)

const dbDir = "/db"

// quiet is Pebble's logger; a fatal error must not end the test's process
// without a word.
type quiet struct{}

func (quiet) Infof(string, ...any)              {}
func (quiet) Errorf(string, ...any)             {}
func (quiet) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// smallOptions are those of a database of a few KiB; flushes and compactions
// happen when they are asked for.
func smallOptions(fsys vfs.FS) *pebble.Options {
	return &pebble.Options{
		FS:                          fsys,
		FormatMajorVersion:          pebble.FormatNewest,
		Logger:                      quiet{},
		MemTableSize:                64 << 10,
		CacheSize:                   1 << 20,
		MaxOpenFiles:                64,
		DisableAutomaticCompactions: true,
		DisableTableStats:           true,
	}
}

func openDB(t testing.TB, fsys vfs.FS, dir string) *pebble.DB {
	t.Helper()
	db, err := pebble.Open(dir, smallOptions(fsys))
	must(t, err)
	return db
}

func key(i int) []byte { return fmt.Appendf(nil, "key%06d", i) }

// value is some bytes that tell i.
func value(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "value%d ", i), 1+i%200) }

func set(t testing.TB, db *pebble.DB, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		must(t, db.Set(key(i), value(i), pebble.Sync))
	}
}

// wantKeys wants exactly the keys [from, to) with their values.
func wantKeys(t testing.TB, db *pebble.DB, from, to int) {
	t.Helper()
	next, err := scan(db, from)
	must(t, err)
	if next != to {
		t.Fatalf("got keys %d to %d, want up to %d", from, next-1, to-1)
	}
}

// scan reads all keys, which must be key(from) and those after it, and returns
// the number behind the last.
func scan(db *pebble.DB, from int) (int, error) {
	entries, err := db.NewIter(nil)
	if err != nil {
		return 0, err
	}
	for entries.First(); entries.Valid(); entries.Next() {
		if !bytes.Equal(entries.Key(), key(from)) || !bytes.Equal(entries.Value(), value(from)) {
			return from, errors.Join(fmt.Errorf("got %q, want key %q with its value", entries.Key(), key(from)), entries.Close())
		}
		from++
	}
	return from, errors.Join(entries.Error(), entries.Close())
}

// TestPebbleRuns takes Pebble through everything that it asks a file system for.
func TestPebbleRuns(t *testing.T) {
	fsys := New(faultfs.NewDisk(faultfs.Config{}))
	db := openDB(t, fsys, dbDir)
	set(t, db, 0, 300) // several memtables
	must(t, db.Flush())
	must(t, db.Checkpoint("/checkpoint", pebble.WithFlushedWAL()))
	must(t, db.DeleteRange(key(0), key(100), pebble.Sync))
	must(t, db.Flush())
	must(t, db.Compact(t.Context(), key(0), key(1000), false))
	wantKeys(t, db, 100, 300)
	must(t, db.Ingest(t.Context(), []string{writeTable(t, db, fsys, 300, 400)}))
	set(t, db, 400, 450)
	wantKeys(t, db, 100, 450)
	if _, err := pebble.Open(dbDir, smallOptions(fsys)); !errors.Is(err, syscall.EAGAIN) {
		t.Errorf("open twice: got %v, want EAGAIN", err)
	}
	must(t, db.Close())

	db = openDB(t, fsys, dbDir)
	wantKeys(t, db, 100, 450)
	must(t, db.Close())
	db = openDB(t, fsys, "/checkpoint")
	wantKeys(t, db, 0, 300) // its hard links kept what the compaction removed
	must(t, db.Close())
}

// writeTable writes a table of the keys [from, to) beside the database.
func writeTable(t *testing.T, db *pebble.DB, fsys vfs.FS, from, to int) string {
	const name = "/ingest.sst"
	f, err := fsys.Create(name, unspecified)
	must(t, err)
	w := sstable.NewWriter(objstorageprovider.NewFileWritable(f), sstable.WriterOptions{TableFormat: db.TableFormat()})
	for i := from; i < to; i++ {
		must(t, w.Set(key(i), value(i)))
	}
	must(t, w.Close())
	return name
}

// TestPebbleIsKilled: another process takes over from one that does not know
// that it is dead.
func TestPebbleIsKilled(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{})
	for life := range 4 {
		db := openDB(t, New(disk), dbDir)
		set(t, db, life*100, (life+1)*100)
		next := disk.Kill()
		set(t, db, (life+1)*100, (life+1)*100+10) // seen by nobody
		after := openDB(t, New(next), dbDir)      // not locked out
		wantKeys(t, after, 0, (life+1)*100)
		must(t, errors.Join(after.Close(), db.Close()))
		disk = next
	}
}

// TestPebbleLosesPower crashes a database all through its life and wants the
// commits back that it acknowledged, and no others than those it was given.
//
// Pebble needs more than POSIX promises: it moves the marker that names the
// current manifest by making the new marker and removing the old one, and syncs
// the directory once, afterwards. Where a crash may keep the removal without the
// new marker, or the marker without the manifest, it finds another database or
// none.
func TestPebbleLosesPower(t *testing.T) {
	disk := faultfs.NewDisk(faultfs.Config{NoStacks: true})
	invoked, returned := commits(t, disk)
	tests := []struct {
		profile string
		holds   bool
	}{
		{"ext4-ordered", true},
		{"ext4-writeback", true},
		{"xfs", true},
		{"strict-posix,names-ordered=yes", true},
		{"strict-posix", false},
	}
	for _, tt := range tests {
		t.Run(tt.profile, func(t *testing.T) {
			profile, err := crash.ParseProfile(tt.profile)
			must(t, err)
			space := crash.NewSpace(disk.Journal(), profile)
			seen, refused := map[digest.Digest]bool{}, 0
			for c := range space.Walk(crash.Plan{Max: [5]int{20, 20, 20, 20, 4}}) {
				image, err := space.Image(c.State())
				if err != nil {
					t.Fatal(err)
				}
				if seen[image.Hash()] {
					continue
				}
				seen[image.Hash()] = true
				err = recoverAfter(image, before(returned, c.Point()), before(invoked, c.Point()))
				if err == nil {
					continue
				}
				refused++
				if tt.holds || !markerPending(disk.Journal().Events[:c.Point()]) {
					t.Fatalf("%s: %v", c.State(), err)
				}
			}
			if len(seen) < 50 || (refused > 0) == tt.holds {
				t.Errorf("got %d failures of %d images, want failures %v", refused, len(seen), !tt.holds)
			}
		})
	}
}

// markerPending reports whether a marker was made after the last sync of the
// database's directory.
func markerPending(events []journal.Event) bool {
	for _, e := range slices.Backward(events) {
		switch {
		case e.Kind == journal.EventSync && e.Path == dbDir:
			return false
		case e.Kind == journal.EventCreate && strings.HasPrefix(e.Path, dbDir+"/marker."):
			return true
		}
	}
	return false
}

// commits runs a database with a flush, a compaction and a second life, and
// returns when each commit was invoked and when it returned.
func commits(t *testing.T, disk *faultfs.Disk) (invoked, returned []int) {
	fsys := New(disk)
	db := openDB(t, fsys, dbDir)
	for i := range 12 {
		invoked = append(invoked, disk.Invoke(i+1))
		must(t, db.Set(key(i), value(i), pebble.Sync))
		returned = append(returned, disk.Return(i+1))
		switch i {
		case 3, 6:
			must(t, db.Flush())
		case 8:
			must(t, db.Compact(t.Context(), key(0), key(100), false))
			must(t, db.Close())
			db = openDB(t, fsys, dbDir)
		}
	}
	must(t, db.Close())
	return invoked, returned
}

// before counts the times that lie before a crash at point.
func before(times []int, point int) int {
	n := 0
	for _, time := range times {
		if time < point {
			n++
		}
	}
	return n
}

// recoverAfter opens the database, wants its first commits, at least acked and at
// most given, and that it goes on from there.
func recoverAfter(image *faultfs.Image, acked, given int) error {
	fsys := New(faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}))
	db, err := pebble.Open(dbDir, smallOptions(fsys))
	if err != nil {
		return err
	}
	defer db.Close()
	got, err := scan(db, 0)
	if err != nil {
		return err
	}
	if got < acked || got > given {
		return fmt.Errorf("got %d commits back, want at least the %d acknowledged and at most the %d given", got, acked, given)
	}
	return db.Set(key(got), value(got), pebble.Sync)
}
