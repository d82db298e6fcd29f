package hosted

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

type number struct {
	N int `json:"n"`
}

func echo(request json.RawMessage) (any, error) {
	var n number
	err := json.Unmarshal(request, &n)
	return n, err
}

// withExtra returns a server with further operations.
func withExtra(extra map[string]func(json.RawMessage) (any, error)) *Server {
	s := memServer()
	s.Extra = extra
	return s
}

// TestCallersGetTheirOwnAnswers has many goroutines call at once, in a concurrent
// phase and outside of one.
func TestCallersGetTheirOwnAnswers(t *testing.T) {
	const callerCount, callCount = 8, 200
	conn, end := inProcess(withExtra(map[string]func(json.RawMessage) (any, error){"echo": echo}))
	for _, phase := range []bool{true, false, true} {
		conn.Concurrently(phase)
		var running sync.WaitGroup
		for caller := range callerCount {
			running.Go(func() {
				for i := range callCount {
					var got number
					want := number{caller*callCount + i}
					if err := conn.Call("echo", want, &got); err != nil || got != want {
						t.Errorf("got %v, error %v, want %v", got, err, want)
						return
					}
				}
			})
		}
		running.Wait()
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

// TestPhaseIsConcurrent wants requests of a phase to be served side by side: each
// is answered only once all have come.
func TestPhaseIsConcurrent(t *testing.T) {
	const callerCount = 5
	var all sync.WaitGroup
	all.Add(callerCount)
	meet := func(json.RawMessage) (any, error) {
		all.Done()
		all.Wait()
		return nil, nil
	}
	conn, end := inProcess(withExtra(map[string]func(json.RawMessage) (any, error){"meet": meet}))
	conn.Concurrently(true)
	var running sync.WaitGroup
	for range callerCount {
		running.Go(func() {
			if err := conn.Call("meet", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if err := end(); err != nil {
		t.Error(err)
	}
}

// TestFailureReachesAllCallers has a worker break while several wait.
func TestFailureReachesAllCallers(t *testing.T) {
	const callerCount = 5
	requests, w := io.Pipe()
	r, answers := io.Pipe()
	go func() {
		fmt.Fprintln(answers, `{"ackproof":1,"engine":"breaks"}`)
		in := bufio.NewReader(requests)
		for range callerCount {
			_, _ = in.ReadString('\n')
		}
		fmt.Fprintln(answers, "oops")
	}()
	conn := NewConn(r, w)
	conn.Concurrently(true)
	errs := make([]error, callerCount)
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() { errs[i] = conn.Call("wait", nil, nil) })
	}
	running.Wait()
	var first *Failure
	for _, err := range errs {
		if !errors.As(err, &first) || first.Manner != engines.MannerGarbage || !errors.Is(err, errs[0]) {
			t.Errorf("got %v, want one and the same failure for all", err)
		}
	}
}

// TestOpenAbandons opens an engine while another is open, and wants no call on the
// first to reach the second.
func TestOpenAbandons(t *testing.T) {
	conn, end := inProcess(memServer())
	defer end()
	first, err := conn.Open("/first", false)
	if err != nil {
		t.Fatal(err)
	}
	second, err := conn.Open("/second", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.LogStore().PersistEntries(t.Context(), []engines.Entry{{Index: 1, Term: 1}}); err != nil {
		t.Fatal(err)
	}
	if err := first.LogStore().Reset(t.Context()); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("got error %v, want %v", err, engines.ErrClosed)
	}
	if err := first.Close(); !errors.Is(err, engines.ErrClosed) {
		t.Errorf("got error %v, want %v", err, engines.ErrClosed)
	}
	if got := first.LogStore().LastIndex(); got != 0 {
		t.Errorf("got last index %d, want 0 of an engine that is gone", got)
	}
	if got := second.LogStore().LastIndex(); got != 1 {
		t.Errorf("got last index %d, want 1", got)
	}
}

// TestClaimsByDefault wants an engine without claims to be held to the defaults.
func TestClaimsByDefault(t *testing.T) {
	conn := NewConn(strings.NewReader(`{"ackproof":1,"engine":"x"}`+"\n"+`{"id":1,"abilities":["replace_range","time_travel"]}`+"\n"), io.Discard)
	engine, err := conn.Open("/db", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := engine.(engines.Claimer); ok {
		t.Error("got a Claimer, want none")
	}
	if got, want := engines.ClaimsOf(engine), (engines.Claims{AtomicReplace: true, HardStateDurable: true}); got != want {
		t.Errorf("got claims %+v, want %+v", got, want)
	}
}

// TestRequestsThatCannotBeSent wants the caller to be told, and nobody else.
func TestRequestsThatCannotBeSent(t *testing.T) {
	conn, end := inProcess(memServer())
	for name, request := range map[string]any{"no object": 7, "no JSON": func() {}, "too long": map[string]string{"x": strings.Repeat("y", lineBytesMax)}} {
		err := conn.Call("nothing", request, nil)
		var failure *Failure
		if err == nil || errors.As(err, &failure) {
			t.Errorf("%s: got error %v, want one that is no Failure", name, err)
		}
	}
	if err := conn.Call("nothing", nil, nil); !errors.Is(err, ErrUnknownOp) {
		t.Errorf("got error %v, want %v", err, ErrUnknownOp)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}

func BenchmarkInProcess(b *testing.B) {
	nothing := func(json.RawMessage) (any, error) { return nil, nil }
	conn, end := inProcess(withExtra(map[string]func(json.RawMessage) (any, error){"nothing": nothing}))
	b.ReportAllocs()
	for b.Loop() {
		if err := conn.Call("nothing", nil, nil); err != nil {
			b.Fatal(err)
		}
	}
	if err := end(); err != nil {
		b.Error(err)
	}
}
