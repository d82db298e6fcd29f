package fault

import (
	"errors"
	"fmt"
	"syscall"
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
				t.Fatalf("%q: got %v, want ErrText", text, err)
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
			Kind: rapid.SampledFrom([]Kind{SyncError, WriteError, NoSpace}).Draw(t, "kind"),
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
			t.Errorf("%q: got %v, %v, want ErrText", text, f, err)
		}
	}
}

// TestInjector: which calls fail, with which error, and what is counted. The first
// fault that is due fails a call; all that match count it.
func TestInjector(t *testing.T) {
	in := NewInjector([]Fault{
		{Kind: SyncError, Path: "*.log", Skip: 1, Times: 2},
		{Kind: WriteError, Path: "/d/f"},
		{Kind: NoSpace, Path: "f", Times: 1},
		{Kind: SyncError, Path: "a.log", Times: 1},
	})
	for i, c := range []struct {
		name    string
		kinds   []Kind
		want    error
		matched bool
	}{
		{"/a.log", []Kind{SyncError}, syscall.EIO, true}, // by the last fault: the first one skips it
		{"/d/a.log", []Kind{SyncError}, syscall.EIO, true},
		{"/d/b.log", []Kind{SyncError}, syscall.EIO, true},
		{"/d/b.log", []Kind{SyncError}, nil, true},
		{"/d/b.log", []Kind{WriteError, NoSpace}, nil, false},
		{"/f", []Kind{WriteError, NoSpace}, syscall.ENOSPC, true},
		{"/f", []Kind{WriteError, NoSpace}, nil, true},
		{"/d/f", []Kind{WriteError, NoSpace}, syscall.EIO, true},
		{"/d/f", []Kind{SyncError}, nil, false},
	} {
		err, matched := in.Fire(c.name, c.kinds...)
		if matched != c.matched || !errors.Is(err, c.want) || errors.Is(err, ErrInjected) != (c.want != nil) {
			t.Errorf("call %d, %s: got %v, %v, want an injected %v, %v", i, c.name, err, matched, c.want, c.matched)
		}
	}
	want := "[{sync-error *.log skip 1 times 2 4 2} {write-error /d/f 1 1} {no-space f times 1 3 1} {sync-error a.log times 1 2 1}]"
	if got := fmt.Sprint(in); got != want {
		t.Errorf("got the counts %s, want %s", got, want)
	}
}
