package faultfs_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/spf13/afero"
)

// TestSymlinkPaths: links are followed as the kernel does, and the journal has
// the path that they lead to.
func TestSymlinkPaths(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, d.MkdirAll("real/deep", 0o755))
	for link, target := range map[string]string{
		"abs": "/real", "rel": "real/deep", "real/deep/up": "../..", "chain": "abs/deep/up/rel", "dangling": "real/new",
	} {
		must(t, d.SymlinkIfPossible(target, link))
	}
	for name, want := range map[string]string{
		"abs/f": "/real/f", "rel/f": "/real/deep/f", "rel/up/g": "/g", "chain/h": "/real/deep/h", "dangling": "/real/new",
	} {
		must(t, afero.WriteFile(d, name, []byte("x"), 0o644))
		if got := lastPath(d); got != want {
			t.Errorf("write to %s: got path %q, want %q", name, got, want)
		}
	}
	must(t, d.Rename("abs/f", "rel/moved"))
	if e := d.Journal().Events[len(d.Journal().Events)-1]; e.Path != "/real/f" || e.ToPath != "/real/deep/moved" {
		t.Errorf("got %v, want real paths", e)
	}
	if _, err := d.OpenFile("dangling", os.O_CREATE|os.O_EXCL, 0); !errors.Is(err, fs.ErrExist) {
		t.Errorf("O_EXCL on a link: got %v, want EEXIST", err)
	}
	if _, err := d.Journal().Record().Journal(); err != nil {
		t.Errorf("the journal is refused: %v", err)
	}
}

// TestSymlinkLoop: 40 links may be followed, 41 may not.
func TestSymlinkLoop(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, afero.WriteFile(d, "0", nil, 0o644))
	const linksMax = 40
	for i := range linksMax + 1 {
		must(t, d.SymlinkIfPossible(fmt.Sprint(i), fmt.Sprint(i+1)))
	}
	if _, err := d.Stat(fmt.Sprint(linksMax)); err != nil {
		t.Errorf("%d links: %v", linksMax, err)
	}
	if _, err := d.Stat(fmt.Sprint(linksMax + 1)); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("%d links: got %v, want ELOOP", linksMax+1, err)
	}
}

// TestSymlinkImages: type and target count in an image's hash, and a stored
// image has them still.
func TestSymlinkImages(t *testing.T) {
	hashes := map[digest.Digest]string{}
	for name, make := range map[string]func(*faultfs.Disk) error{
		"file":         func(d *faultfs.Disk) error { return afero.WriteFile(d, "s", nil, 0o644) },
		"bytes":        func(d *faultfs.Disk) error { return afero.WriteFile(d, "s", []byte("a"), 0o644) },
		"directory":    func(d *faultfs.Disk) error { return d.Mkdir("s", 0o755) },
		"link":         func(d *faultfs.Disk) error { return d.SymlinkIfPossible("a", "s") },
		"another link": func(d *faultfs.Disk) error { return d.SymlinkIfPossible("b", "s") },
	} {
		d := faultfs.NewDisk(faultfs.Config{})
		must(t, make(d))
		img := d.Image()
		if other, again := hashes[img.Hash()]; again {
			t.Errorf("%s and %s have one hash", name, other)
		}
		hashes[img.Hash()] = name
		j, err := faultfs.NewDisk(faultfs.Config{Image: img}).Journal().Record().Journal()
		if err != nil || j.Base.Hash() != img.Hash() {
			t.Errorf("%s: stored and read again: %v, or it differs", name, err)
		}
	}
	d := faultfs.NewDisk(faultfs.Config{})
	must(t, d.SymlinkIfPossible("a/b", "s"))
	want := []faultfs.FileInfo{{Path: "/s", Ino: 2, Target: "a/b"}}
	if got := d.Image().Files(); !slices.Equal(got, want) || d.Image().String() != "/s -> a/b\n" {
		t.Errorf("got %+v %q, want %+v", got, d.Image(), want)
	}
}

// lastPath returns the path of the disk's newest event.
func lastPath(d *faultfs.Disk) string {
	events := d.Journal().Events
	return events[len(events)-1].Path
}
