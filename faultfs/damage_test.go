package faultfs_test

import (
	"errors"
	"io"
	"math"
	"os"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
)

// TestDamage: what is damaged is read, by files that are open too, and no journal and no image taken
// before has it.
func TestDamage(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	if err := afero.WriteFile(d, "/log", []byte("abcdef"), 0o644); err != nil {
		t.Fatal(err)
	}
	open, err := d.Open("/log")
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	before, events := d.Image(), len(d.Journal().Events)
	if err := d.Damage("/log", 2, []byte("XY")); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(open); err != nil || string(got) != "abXYef" {
		t.Errorf("got %q and %v, want abXYef", got, err)
	}
	if got, _ := before.ReadFile("/log"); string(got) != "abcdef" {
		t.Errorf("the image from before has %q", got)
	}
	if got := len(d.Journal().Events); got != events {
		t.Errorf("got %d events, want %d", got, events)
	}
	if got, _ := faultfs.Resume(faultfs.Config{}, d.Journal()).Image().ReadFile("/log"); string(got) != "abcdef" {
		t.Errorf("the journal leads to %q", got)
	}
	if err := d.Damage("/none", 0, []byte("x")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such file: got %v", err)
	}
	for _, off := range []int64{-1, 5, math.MaxInt64} {
		if err := d.Damage("/log", off, []byte("xy")); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("at %d: got %v", off, err)
		}
	}
}
