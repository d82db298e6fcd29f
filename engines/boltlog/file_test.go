package boltlog

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
)

const (
	newFileName = fileName + ".new"
	fileMode    = 0o600
)

// halfMade are the bytes that a crash can leave of a file that bbolt is making:
// four pages in one write, of which any sectors and any length may be lost.
func halfMade(t *testing.T) map[string]string {
	dir := t.TempDir()
	must(t, open(t, Options{Dir: dir, Plain: true}).Close())
	whole := filesIn(t, dir)[fileName]
	const pageBytes = 4096
	if len(whole) != 4*pageBytes {
		t.Fatalf("got %d bytes in a new file, want %d", len(whole), 4*pageBytes)
	}
	zeros := strings.Repeat("\x00", len(whole))
	return map[string]string{
		"empty":            "",
		"part of a page":   whole[:100],
		"one page":         whole[:pageBytes],
		"size without":     zeros,
		"metas only":       whole[:2*pageBytes],
		"no free list":     whole[:2*pageBytes] + zeros[:pageBytes] + whole[3*pageBytes:],
		"no meta":          zeros[:2*pageBytes] + whole[2*pageBytes:],
		"whole":            whole,
		"somebody's bytes": "not a database",
	}
}

// What a crash left of a file in the making is gone, and the engine is as new.
func TestHalfMadeFileIsRemoved(t *testing.T) {
	for name, content := range halfMade(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, newFileName), []byte(content), fileMode))
			e := open(t, Options{Dir: dir})
			defer e.Close()
			if got := show(t, e); !reflect.DeepEqual(got, shown{}) {
				t.Errorf("got %+v, want an empty engine", got)
			}
			must(t, e.LogStore().PersistEntries(t.Context(), batch(1, 1, 10)))
			wantOnlyLog(t, dir)
		})
	}
}

// So it is beside a complete file, even if both names lead to that one, as after
// a rename that a crash cut in two.
func TestHalfMadeFileBesideACompleteOne(t *testing.T) {
	leftovers := map[string]func(path, newPath string) error{
		"other file": func(_, newPath string) error { return os.WriteFile(newPath, make([]byte, 100), fileMode) },
		"same file":  os.Link,
	}
	for name, leave := range leftovers {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			e := open(t, Options{Dir: dir})
			must(t, e.LogStore().PersistEntries(t.Context(), batch(1, 9, 10)))
			want := show(t, e)
			must(t, e.Close())
			must(t, leave(filepath.Join(dir, fileName), filepath.Join(dir, newFileName)))
			e = open(t, Options{Dir: dir})
			defer e.Close()
			if got := show(t, e); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			wantOnlyLog(t, dir)
		})
	}
}

func wantOnlyLog(t *testing.T, dir string) {
	t.Helper()
	if files := filesIn(t, dir); len(files) != 1 || files[fileName] == "" {
		t.Errorf("got %d files, want %s alone", len(files), fileName)
	}
}

// The reason for all that: bbolt alone refuses what a crash left of its own file.
func TestPlainRefusesHalfMadeFile(t *testing.T) {
	all := halfMade(t)
	for _, name := range []string{"part of a page", "one page", "size without", "no meta"} {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, fileName), []byte(all[name]), fileMode))
		if e, err := Open(Options{Dir: dir, Plain: true}); err == nil {
			must(t, e.Close())
			t.Errorf("%s: got an engine, want an error", name)
		}
	}
}

// A log.db without content was never made by the engine; to begin a new log in
// it would hide that one was lost.
func TestLostContentIsCorrupt(t *testing.T) {
	all := halfMade(t)
	for _, name := range []string{"empty", "size without", "no meta", "somebody's bytes"} {
		for _, readOnly := range []bool{false, true} {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, fileName), []byte(all[name]), fileMode))
			before := filesIn(t, dir)
			e, err := Open(Options{Dir: dir, ReadOnly: readOnly})
			if err == nil {
				must(t, e.Close())
				t.Errorf("%s: got an engine, want an error", name)
			}
			if !readOnly && !errors.Is(err, engines.ErrCorrupt) {
				t.Errorf("%s: got error %v, want %v", name, err, engines.ErrCorrupt)
			}
			if !reflect.DeepEqual(before, filesIn(t, dir)) {
				t.Errorf("%s: got other files after the refusal, want them as before", name)
			}
		}
	}
}

func TestNoDirectory(t *testing.T) {
	if _, err := Open(Options{Dir: filepath.Join(t.TempDir(), "missing")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got error %v, want %v", err, os.ErrNotExist)
	}
}

// An engine that was abandoned without a close keeps its lock while its process
// lives. The next open says so soon, and holds nothing afterwards.
func TestSecondOpenRefused(t *testing.T) {
	const soon = 10 * time.Second // against a hang, not against a slow machine
	for _, o := range []Options{{}, {Plain: true}, {ReadOnly: true}} {
		dir := t.TempDir()
		first := open(t, Options{Dir: dir})
		must(t, first.LogStore().PersistEntries(t.Context(), batch(1, 3, 10)))
		o.Dir = dir
		before, start := openFiles(t), time.Now()
		if second, err := Open(o); !errors.Is(err, ErrLocked) {
			t.Errorf("%+v: got engine %v, error %v, want %v", o, second, err, ErrLocked)
		}
		if took := time.Since(start); took > soon {
			t.Errorf("%+v: got the refusal after %v, want it at once", o, took)
		}
		if after := openFiles(t); !slices.Equal(after, before) {
			t.Errorf("%+v: got open files %v after the refusal, want %v", o, after, before)
		}
		must(t, first.Close())
		second := open(t, o)
		if got := show(t, second); got.last != 3 {
			t.Errorf("%+v: got last index %d once the lock was free, want 3", o, got.last)
		}
		must(t, second.Close())
	}
}

// openFiles returns the files that this process has open and mapped.
func openFiles(t *testing.T) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lists a process's files in /proc")
	}
	var out []string
	fds, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	for _, fd := range fds {
		if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.Contains(target, fileName) {
			out = append(out, target)
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	must(t, err)
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, fileName) {
			out = append(out, line)
		}
	}
	return out
}
