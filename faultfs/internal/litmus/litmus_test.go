package litmus_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
)

// TestImageText: an image prints as what parses to it.
func TestImageText(t *testing.T) {
	for _, text := range []string{"-", "f=0", "d/ d/f=100A+28z l->f z~d/f", "a=4097B"} {
		img, err := litmus.ParseImage(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := litmus.Image(img); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	for _, text := range []string{"f", "f=A", "f=1", "f=1x41", "d/f=0", "f=0 f/", "g~f"} {
		if img, err := litmus.ParseImage(text); err == nil {
			t.Errorf("%q: got %q, want an error", text, litmus.Image(img))
		}
	}
}

// TestStepRefuses: a text that is no step is refused, and never with an errno, as
// a disk refuses.
func TestStepRefuses(t *testing.T) {
	for _, text := range []string{
		"", "create", "frob f", "create f 1", "rename f", "write f 0 1", "write f x 1 A", "write f 0 A 1", "append f 1",
		"truncate f x", "allocate f 0", "allocate f x 1", "allocate f 0 x", "chmod f 999", "chmod f 7777", "invoke x",
		"failsync f", "unnamed f", "unnamed #9", "unnamed #x", "fdatasync #2", "create #2", "write #2 x 1 A",
	} {
		d := faultfs.NewDisk(faultfs.Config{})
		if err := litmus.Step(d, "create f"); err != nil {
			t.Fatal(err)
		}
		err, errno := litmus.Step(d, text), syscall.Errno(0)
		if err == nil || errors.As(err, &errno) {
			t.Errorf("%q: got %v, want an error without an errno", text, err)
		}
	}
}

// TestSteps: what each step leaves.
func TestSteps(t *testing.T) {
	for program, want := range map[string]string{
		"create f; append f 2 A; write f 1 2 B":                 "f=1A+2B",
		"create f; truncate f 3; osync f 0 1 A; odsync f 1 1 B": "f=1A+1B+1z",
		"create f; fsync f; fdatasync f; range f; dirsync /":    "f=0",
		"mkdir d; create d/f; link d/f g; symlink s g":          "d/ d/f=0 g~d/f s->g",
		"mkdir d; unlink d; create f; rename f g":               "g=0",
		"mkdir d; mkdir e; replace d e":                         "e/",
		"create f; mkdir d; exchange f d; noreplace d e":        "e=0 f/",
		"create f; append f 3 A; reserve f 0 9; zero f 1 1":     "f=1A+1z+1A",
		"create f; allocate f 1 2; chmod f 600":                 "f=3z",
		"unnamed #2; write #2 0 2 A; fsync #2; link #2 f":       "f=2A",
		"invoke 1; create f; return 1":                          "f=0",
	} {
		d := faultfs.NewDisk(faultfs.Config{})
		for step := range strings.SplitSeq(program, "; ") {
			if err := litmus.Step(d, step); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
		if got := litmus.Image(d.Image()); got != want {
			t.Errorf("%s: got %s, want %s", program, got, want)
		}
	}
}
