package fault

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

// FuzzParseFault: what parses prints as it was.
func FuzzParseFault(f *testing.F) {
	for _, text := range []string{
		"sync-error *", "write-error /a/b skip 2", "no-space [a-z].log skip 1 times 3", "sync-error [", "sync-error  x",
		"sync-error x times 1 skip 1", "sync-error x times", "sync-error x skip 0", "read-error x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := Parse(text)
		if err != nil {
			if !errors.Is(err, ErrText) {
				t.Fatalf("%q: got %v, want ErrFault", text, err)
			}
			return
		}
		if fault.String() != text {
			t.Fatalf("%q prints as %q", text, fault)
		}
		fault.matches(text)
	})
}

func TestFaultText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fault{
			Kind: rapid.SampledFrom([]Kind{Sync, Write, Space}).Draw(t, "kind"),
			Path: rapid.SampledFrom([]string{"*", "*.log", "/a/?", "[x-z]"}).Draw(t, "path"),
			Skip: rapid.IntRange(0, 9).Draw(t, "skip"), Times: rapid.IntRange(0, 9).Draw(t, "times"),
		}
		if got, err := Parse(f.String()); err != nil || got != f {
			t.Fatalf("%s: got %v, %v", f, got, err)
		}
	})
	for _, text := range []string{
		"", "sync-error", "sync-error ", "frob x", "sync-error [", "sync-error x skip", "sync-error x skip -1",
		"sync-error x skip 0", "sync-error x times 1 skip 1", "sync-error x y 1", "sync-error x skip 1 skip 1",
	} {
		if f, err := Parse(text); !errors.Is(err, ErrText) {
			t.Errorf("%q: got %v, %v, want ErrFault", text, f, err)
		}
	}
}
