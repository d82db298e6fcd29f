package fault

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"pgregory.net/rapid"
)

// FuzzParseFault: what parses prints as a text that parses to the same.
func FuzzParseFault(f *testing.F) {
	for _, text := range []string{
		"fsync 1", "call 17 error=ENOSPC times=all", "write 2 path=/a/b lands=yes", "write 3 path=[a-z].log error=short times=3",
		"fsync 1 path=[", "fsync 0", "fsync 1 error=EMFILE", "open 1 error=EMFILE", "fsync 1 times=2 times=3", "rename 1 lands=no",
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
		if again, err := Parse(fault.String()); err != nil || again != fault {
			t.Fatalf("%q prints as %q, which is %v, %v", text, fault, again, err)
		}
		fault.matches(text)
	})
}

func TestFaultText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fault{
			Call:  rapid.SampledFrom(append(Calls(), AnyCall)).Draw(t, "call"),
			Nth:   rapid.IntRange(1, 9).Draw(t, "nth"),
			Path:  rapid.SampledFrom([]string{"", "*", "*.log", "/a/?", "[x-z]"}).Draw(t, "path"),
			Error: rapid.SampledFrom(append(Errors(), Stuck)).Draw(t, "error"),
			Times: rapid.IntRange(0, 3).Draw(t, "times"),
			Lands: rapid.Bool().Draw(t, "lands"),
		}
		got, err := Parse(f.String())
		if bad := f.Check() != nil; bad != (err != nil) || !bad && got != f {
			t.Fatalf("%s: got %v, %v, and Check says %v", f, got, err, f.Check())
		}
	})
	for _, text := range []string{
		"", "fsync", "fsync x", "fsync 0", "frob 1", "fsync 1 path=[", "fsync 1 path=", "fsync 1 path=a#b", "fsync 1 error=ENOENT", "fsync 1 error=short",
		"fsync 1 times=0", "fsync 1 times=-1", "fsync 1 lands=no", "fsync 1 skip=2", "fsync 1 2", "write 1 error=EMFILE",
		"open 1 error=EMFILE lands=yes", "read 1 error=EINTR times=all", "fsync 1 error=stuck lands=yes", "read 1 error=stuck", "fsync 1 times=all times=all", "fsync 99999999",
	} {
		if f, err := Parse(text); !errors.Is(err, ErrText) {
			t.Errorf("%q: got %v, %v, want ErrText", text, f, err)
		}
	}
}

// TestErrors: each error can be what some call says, with an errno, and the errors and
// calls have words of their own.
func TestErrors(t *testing.T) {
	words := map[string]bool{}
	for _, e := range Errors() {
		words[e.String()] = true
		var errno syscall.Errno
		if err := e.Err(); !errors.Is(err, ErrInjected) || !errors.As(err, &errno) || errno != e.Errno() {
			t.Errorf("%s: got %v", e, e.Err())
		}
		can := 0
		for _, c := range Calls() {
			if c.Can(e) {
				can++
			}
		}
		if can == 0 {
			t.Errorf("no call can fail with %s", e)
		}
	}
	for _, c := range Calls() {
		words[c.String()] = true
		if !c.Can(EIO) {
			t.Errorf("%s cannot fail with EIO", c)
		}
	}
	if want := len(Errors()) + len(Calls()); len(words) != want {
		t.Errorf("got %d words, want %d", len(words), want)
	}
}

// TestInjector: which calls fail, with which error, and what is counted. The first
// fault that is due fails a call; all that are for it count it.
func TestInjector(t *testing.T) {
	parse := func(text string) Fault {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	in := NewInjector([]Fault{
		parse("fsync 2 path=*.log times=2"),
		parse("write 1 path=/d/f times=all"),
		parse("write 1 path=f error=ENOSPC"),
		parse("call 4 error=EDQUOT"),
	})
	for i, c := range []struct {
		call    Call
		names   []string
		want    error
		matched bool
	}{
		{Fsync, []string{"/a.log"}, nil, true},
		{Fsync, []string{"/d/a.log"}, syscall.EIO, true},
		{Fsync, []string{"/d/b.log"}, syscall.EIO, true},
		{Fsync, []string{"/d/b.log"}, syscall.EDQUOT, true}, // by the last fault: the first is used up
		{Read, []string{"/d/b.log"}, nil, false},            // that can never be EDQUOT
		{Write, []string{"/f"}, syscall.ENOSPC, true},
		{Write, []string{"/f"}, nil, true},
		{Write, []string{"/d/f"}, syscall.EIO, true},
		{Rename, []string{"/d/g", "/d/f"}, nil, true}, // counted by the last fault alone
	} {
		fired, matched := in.Fire(c.call, c.names...)
		var err error
		if fired != nil {
			err = fired.Error.Err()
		}
		if matched != c.matched || !errors.Is(err, c.want) || (err != nil) != (c.want != nil) {
			t.Errorf("call %d, %s %v: got %v, %v, want %v, %v", i, c.call, c.names, err, matched, c.want, c.matched)
		}
	}
	want := "[{fsync 2 path=*.log times=2 4 2} {write 1 path=/d/f times=all 1 1} {write 1 path=f error=ENOSPC 3 1} {call 4 error=EDQUOT 8 1}]"
	if got := fmt.Sprint(in); got != want {
		t.Errorf("got the counts %s, want %s", got, want)
	}
}

// TestLeft: a disk that takes over what is left of a fault fails the calls that the disk
// before would have failed.
func TestLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Fault{Call: Fsync, Nth: rapid.IntRange(1, 5).Draw(t, "nth"), Times: rapid.IntRange(0, 4).Draw(t, "times")}
		whole, before := NewInjector([]Fault{f}), NewInjector([]Fault{f})
		calls := rapid.IntRange(0, 10).Draw(t, "calls")
		for range calls {
			whole.Fire(Fsync, "/f")
			before.Fire(Fsync, "/f")
		}
		var after Injector
		if left, ok := before[0].Left(); ok {
			after = NewInjector([]Fault{left})
		}
		for i := range 10 {
			got, _ := after.Fire(Fsync, "/f")
			want, _ := whole.Fire(Fsync, "/f")
			if (got != nil) != (want != nil) {
				t.Fatalf("%s, call %d after %d: fails %v, want %v", f, i+1, calls, got != nil, want != nil)
			}
		}
	})
}
