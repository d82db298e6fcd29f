package host

import (
	"slices"
	"testing"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// TestStayed: what ends by itself is not left; what stays is, after endWithin twice, and what is
// left again, or is like it, sooner, and at once if it was left often. Nothing is left that was not there at the last look.
func TestStayed(t *testing.T) {
	var s stayed
	idle := func() watch.Usage { return watch.Usage{} }
	looks := 0
	ends := func() []string {
		if looks++; looks < 6 {
			return []string{"goroutine of a"}
		}
		return nil
	}
	if got := s.left(Limits{}, ends, idle); got != nil || looks != 6 {
		t.Errorf("got %q after %d looks, want nothing after 6", got, looks)
	}
	stays := func() []string { looks++; return []string{"/db/1.log is open"} }
	for range twice {
		began := time.Now()
		if got := s.left(Limits{}, stays, idle); !slices.Equal(got, []string{"/db/1.log is open"}) || time.Since(began) < endWithin {
			t.Errorf("got %q after %v, want the file after %v", got, time.Since(began), endWithin)
		}
	}
	looks = 0
	like := func() []string { looks++; return []string{"/db/27.log is open"} }
	if got := s.left(Limits{}, like, idle); len(got) != 1 || looks != believed {
		t.Errorf("got %q after %d looks, want the file after %d", got, looks, believed)
	}
	for range often {
		s.keep([]string{"/db/3.log is open"})
	}
	looks = 0
	if got := s.left(Limits{}, like, idle); len(got) != 1 || looks != 1 {
		t.Errorf("got %q after %d looks, want what stayed often after 1", got, looks)
	}
	looks = 0
	other := func() []string { looks++; return []string{"/db/27.log is open", "goroutine of a"} }
	if s.left(Limits{}, other, idle); looks <= believed {
		t.Errorf("got what is new after %d looks, want it looked at for %v", looks, endWithin)
	}
}

// TestStayedOnce: what took too long once, and ended in time before or after, is looked at for
// the whole of endWithin.
func TestStayedOnce(t *testing.T) {
	idle := func() watch.Usage { return watch.Usage{} }
	looks := 0
	lasting := func(most int) func() []string {
		looks = 0
		return func() []string {
			if looks++; looks <= most {
				return []string{"goroutine of a"}
			}
			return nil
		}
	}
	var before, after stayed
	before.left(Limits{}, lasting(1), idle)
	before.left(Limits{}, lasting(1<<20), idle)
	for range twice {
		after.left(Limits{}, lasting(1<<20), idle)
	}
	after.left(Limits{}, lasting(believed-1), idle)
	for name, s := range map[string]*stayed{"before": &before, "after": &after} {
		if got := s.left(Limits{}, lasting(believed+1), idle); got != nil {
			t.Errorf("got %q left after %d looks, want it to have its time, as it ended %s", got, looks, name)
		}
	}
}

// TestBegunFor: the engine's outermost function is told, behind a library that started the
// goroutine for it. What the harness started is not the engine's, though it runs its code.
func TestBegunFor(t *testing.T) {
	const own, group = "github.com/ackproof/ackproof/", "sync.(*WaitGroup).Go.func1"
	for name, c := range map[string]struct {
		outermostFirst []string
		want           string
	}{
		"go":                   {[]string{"example.com/wal.(*Log).loop", "bufio.(*Reader).Read", "example.com/wal.(*Log).Read"}, "example.com/wal.(*Log).loop"},
		"a wait group":         {[]string{group, "example.com/wal.(*Log).loop"}, "example.com/wal.(*Log).loop"},
		"go io.Copy":           {[]string{"io.Copy", "io.copyBuffer", "example.com/wal.(*tail).Read"}, "example.com/wal.(*tail).Read"},
		"a library only":       {[]string{"context.(*cancelCtx).propagateCancel.func2"}, ""},
		"the harness":          {[]string{own + "harness/internal/host.(*machine).call", "example.com/wal.(*Log).Flush"}, ""},
		"requests to a worker": {[]string{group, own + "engines/hosted.(*session).take.func1", "example.com/wal.(*Log).Flush"}, ""},
	} {
		var stack []watch.Frame // innermost first
		for _, function := range c.outermostFirst {
			stack = slices.Insert(stack, 0, watch.Frame{Function: function})
		}
		if got, ok := begunFor(stack); got.Function != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v, want %q", name, got.Function, ok, c.want)
		}
	}
}

// TestStayedWhileStarved: what a process leaves that gets no processor has more time.
func TestStayedWhileStarved(t *testing.T) {
	var s stayed
	began := time.Now()
	starved := func() watch.Usage { return watch.Usage{Queued: time.Since(began)} }
	ends := func() []string {
		if time.Since(began) < endWithin*3/2 {
			return []string{"goroutine of a"}
		}
		return nil
	}
	if got := s.left(Limits{}, ends, starved); got != nil {
		t.Errorf("got %q, want nothing", got)
	}
}
