package faultfs

import (
	"os"
	"slices"
	"testing"
)

// TestOpenFiles: what is opened counts until it is closed, also of a name that is gone, and
// what a process that was killed has open does not.
func TestOpenFiles(t *testing.T) {
	d := NewDisk(Config{})
	open := func(name string) *File {
		f, err := d.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return f.(*File)
	}
	if _, err := d.OpenFile("/none", os.O_RDONLY, 0); err == nil {
		t.Error("got no error for a file that is not there")
	}
	b, a, again := open("/b"), open("/a"), open("/a")
	if err := d.Remove("/b"); err != nil {
		t.Fatal(err)
	}
	if got := d.OpenFiles(); !slices.Equal(got, []string{"/a", "/a", "/b"}) {
		t.Errorf("got %q open, want both times of a, and b", got)
	}
	if got := d.Kill().OpenFiles(); got != nil {
		t.Errorf("got %q open in the next process, want nothing", got)
	}
	for i, f := range []*File{a, b, again} { // the middle, the last and the first of the list
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		_ = f.Close() // refused
		if got := len(d.OpenFiles()); got != 2-i {
			t.Errorf("got %d open after %d closes, want %d", got, i+1, 2-i)
		}
	}
}

func TestNamesOutside(t *testing.T) {
	d := NewDisk(Config{})
	for _, dir := range []string{"/db", "/db2", "/other"} {
		if err := d.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"/db/1", "/db2/1", "/other/1", "/db.new"} {
		if f, err := d.Create(name); err != nil || f.Close() != nil {
			t.Fatal(err)
		}
	}
	got := d.NamesOutside("/db", "/other")
	slices.Sort(got)
	if !slices.Equal(got, []string{"/db.new", "/db2", "/db2/1"}) {
		t.Errorf("got %q", got)
	}
}
