package host

import (
	"slices"
	"testing"
	"time"

	"github.com/ackproof/ackproof/internal/watch"
)

// TestStayed: what ends by itself is not left; what stays is, after endWithin, and what is
// left again, or is like it, sooner. Nothing is left that was not there at the last look.
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
	began := time.Now()
	if got := s.left(Limits{}, stays, idle); !slices.Equal(got, []string{"/db/1.log is open"}) || time.Since(began) < endWithin {
		t.Errorf("got %q after %v, want the file after %v", got, time.Since(began), endWithin)
	}
	looks = 0
	like := func() []string { looks++; return []string{"/db/27.log is open"} }
	if got := s.left(Limits{}, like, idle); len(got) != 1 || looks != believed {
		t.Errorf("got %q after %d looks, want the file after %d", got, looks, believed)
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
	after.left(Limits{}, lasting(1<<20), idle)
	after.left(Limits{}, lasting(believed-1), idle)
	for name, s := range map[string]*stayed{"before": &before, "after": &after} {
		if got := s.left(Limits{}, lasting(believed+1), idle); got != nil {
			t.Errorf("got %q left after %d looks, want it to have its time, as it ended %s", got, looks, name)
		}
	}
}

// TestStayedWithin: a host within other limits believes nothing sooner for what another saw.
func TestStayedWithin(t *testing.T) {
	h := &memory{stayed: new(stayed)}
	h.stayed.keep([]string{"goroutine of a"})
	if h.Within(Limits{}).(*memory).stayed.all([]string{"goroutine of a"}) {
		t.Error("got what the other host saw believed")
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
