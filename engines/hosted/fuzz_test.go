package hosted

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// FuzzServe has servers of both subjects read anything. They must answer every request,
// each on one line, until they end with an error.
func FuzzServe(f *testing.F) {
	for _, engine := range []string{"mywal", "mymachine"} {
		var whole strings.Builder
		for _, line := range documented(f, engine) {
			if request, ok := strings.CutPrefix(line, "> "); ok {
				whole.WriteString(request + "\n")
				f.Add([]byte(request + "\n"))
			}
		}
		f.Add([]byte(whole.String()))
	}
	f.Add([]byte(`{"id":1,"op":"boom"}` + "\n" + `{"id":2,"op":"boom","concurrent":true}` + "\n"))
	f.Add([]byte(" { \"op\" : \"ech\\u006f\" , \"x\":[{\"}\":\"\\\"\"}], \"id\":18446744073709551615 }\r\n"))
	f.Fuzz(func(t *testing.T, requests []byte) {
		serveAny(t, durableServer(), requests)
		serveAny(t, durableMachineServer(), requests)
	})
}

func serveAny(t *testing.T, s *Server, requests []byte) {
	s.Extra = map[string]func(json.RawMessage) (any, error){
		"boom": func(json.RawMessage) (any, error) { panic("boom") },
		"echo": func(request json.RawMessage) (any, error) { return request, nil },
	}
	var out bytes.Buffer
	err := s.Serve(bytes.NewReader(requests), &out)
	answers := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))[1:]
	for _, answer := range answers {
		e, err := openEnvelope(answer)
		if err != nil || !e.hasID || !json.Valid(answer) {
			t.Errorf("got answer %s, want an object with an id", quote(answer))
		}
	}
	if want := bytes.Count(requests, []byte("\n")); len(answers) > want || err == nil && len(answers) != want {
		t.Errorf("got %d answers and error %v, want %d for %s", len(answers), err, want, quote(requests))
	}
}

// FuzzConn has a Conn read anything. Its calls must return, with an error of the
// engine or with the one failure of the worker.
func FuzzConn(f *testing.F) {
	for _, engine := range []string{"mywal", "mymachine"} {
		var whole strings.Builder
		for _, line := range documented(f, engine) {
			if answer, ok := strings.CutPrefix(line, "< "); ok {
				whole.WriteString(answer + "\n")
			}
		}
		f.Add([]byte(whole.String()))
	}
	const hello = `{"ackproof":1,"engine":"mywal"}` + "\n"
	for _, answers := range []string{
		hello + `{"id":1,"error":"no","kind":"panic","stack":"there"}` + "\n",
		hello + `{"id":1,"error":null}` + "\n" + `{"id":2,"error":7}` + "\n",
		hello + `{"id":1}` + "\n" + `{"id":5}` + "\n" + `{"id":4}` + "\n" + `{"id":3}` + "\n" + `{"id":2}` + "\n",
		`{"ackproof":1,"engine":"m","subject":"state-machine"}` + "\n" + `{"id":1}` + "\n" + `{"id":2,"values":[null],"applied":1}` + "\n",
		`{"ackproof":3}` + "\n", "\n", hello + "{", hello + `{"id":1,"x":"` + strings.Repeat("y", 1<<17),
	} {
		f.Add([]byte(answers))
	}
	f.Fuzz(func(t *testing.T, answers []byte) {
		conn := NewConn(bytes.NewReader(answers), io.Discard)
		_, _ = conn.Hello()
		callAll(t, conn)
		conn.Concurrently(true)
		var running sync.WaitGroup
		for range 3 {
			running.Go(func() { callAll(t, conn) })
		}
		running.Wait()
	})
}

// callAll makes calls until one fails, and then wants the same from the next.
func callAll(t *testing.T, conn *Conn) {
	var result struct {
		LogAnswer
		More any `json:"x"`
	}
	for _, call := range []func() error{
		func() error { return caught(func() error { return useEngine(t, conn) }) },
		func() error { return caught(func() error { return useMachine(t, conn) }) },
		func() error { return conn.Call("nothing", nil, nil) },
		func() error { return conn.Call("something", struct{ X int }{7}, &result) },
		func() error { return conn.Call("something", nil, &MachineAnswer{}) },
	} {
		err := call()
		var failure *Failure
		var remote *Error
		if errors.As(err, &failure) {
			if again := conn.Call("again", nil, nil); !errors.Is(again, failure) {
				t.Errorf("got %v after %v, want the same", again, failure)
			}
		} else if err != nil && !errors.As(err, &remote) && !errors.Is(err, errGone) && !errors.Is(err, ErrSubject) {
			t.Errorf("got error %v, want an Error or a Failure", err)
		}
	}
}

// useEngine opens an engine, calls all its methods, and returns what failed last.
func useEngine(t *testing.T, conn *Conn) error {
	engine, err := conn.Open("/db", false)
	if err != nil {
		return err
	}
	log, meta, ctx := engine.LogStore(), engine.MetaStore(), t.Context()
	claims := engines.ClaimsOf(engine)
	if claims.WriteDurable && claims.Volatile {
		t.Errorf("got claims %+v, want none durable in a volatile engine", claims)
	}
	_ = log.PersistEntries(ctx, []engines.Entry{{Index: 1}})
	_, _, _ = log.Entry(ctx, 1)
	_, _ = log.GetEntries(ctx, 1, 2)
	if replacer, ok := log.(engines.RangeReplacer); ok {
		_ = replacer.ReplaceRange(ctx, 1, nil)
	}
	if loader, ok := log.(engines.PurgeBoundaryLoader); ok {
		_, _, _ = loader.LoadPurgeBoundary(ctx)
	}
	_ = meta.SaveHardState(ctx, engines.HardState{})
	_, _, _ = meta.LoadHardState(ctx)
	_ = log.LastIndex()
	return engine.Close()
}

// useMachine opens a machine, calls all its methods, and returns what failed last.
func useMachine(t *testing.T, conn *Conn) error {
	m, err := conn.OpenMachine("/db", false)
	if err != nil {
		return err
	}
	claims, ctx := engines.MachineClaimsOf(m), t.Context()
	if claims.ApplyDurable && claims.Volatile {
		t.Errorf("got claims %+v, want none durable in a volatile machine", claims)
	}
	_ = m.Start(ctx)
	if results, err := m.ApplyChunk(ctx, []engines.Entry{{Index: 1}}); (err == nil) != (len(results) == 1) {
		t.Errorf("got results %v, error %v, want either", results, err)
	}
	if values, _, err := m.GetMulti(ctx, [][]byte{{1}, {2}}); (err == nil) != (len(values) == 2) {
		t.Errorf("got values %v, error %v, want either", values, err)
	}
	_, _, _ = m.Get(ctx, []byte{1})
	_, _, _ = m.ScanPrefix(ctx, nil)
	_ = m.PersistLastApplied(ctx, engines.LogID{})
	_ = m.PersistSnapshotMetadata(ctx, engines.SnapshotMetadata{})
	_, _ = m.GenerateSnapshotData(ctx, "/s", engines.LogID{})
	_ = m.ApplySnapshotFromFile(ctx, engines.SnapshotMetadata{}, "/s")
	for _, do := range []func(context.Context) error{m.SaveHardState, m.Flush, m.Reset, m.Stop} {
		_ = do(ctx)
	}
	for _, ask := range []func(){
		func() { m.IsRunning() }, func() { m.EntryTerm(1) }, func() { m.LastApplied() }, func() { m.SnapshotMetadata() },
		func() { m.UpdateLastApplied(engines.LogID{}) }, func() { m.UpdateSnapshotMetadata(engines.SnapshotMetadata{}) },
	} {
		_ = caught(func() error { ask(); return nil })
	}
	if n := m.Len(); n < 0 {
		t.Errorf("got length %d", n)
	}
	return m.Close()
}
