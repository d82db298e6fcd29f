package hosted

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memlog"
)

// memServer serves engines in memory.
func memServer() *Server {
	return &Server{
		Name: "mem", ReadOnly: true,
		Open: func(string, bool) (engines.StorageEngine, error) { return memlog.New(), nil },
	}
}

// inProcess returns a Conn to a server in this process, and a function that ends
// the conversation and returns what Serve returned.
func inProcess(s *Server) (*Conn, func() error) {
	requests, w := io.Pipe()
	r, answers := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := s.Serve(requests, answers)
		_ = requests.Close()
		_ = answers.Close()
		served <- err
	}()
	return NewConn(r, w), func() error {
		_ = w.Close()
		_ = r.Close()
		return <-served
	}
}

// served is an engine with a worker of its own, which ends with it.
type served struct {
	engines.StorageEngine
	end func() error
}

func (s *served) Claims() engines.Claims { return s.StorageEngine.(engines.Claimer).Claims() }
func (s *served) Close() error           { return errors.Join(s.StorageEngine.Close(), s.end()) }

// proxied returns the factory of proxies of what s opens.
func proxied(s *Server) engines.Factory {
	return engines.Factory{
		Name: s.Name,
		Open: func(env engines.Env) (engines.StorageEngine, error) {
			conn, end := inProcess(s)
			engine, err := conn.Open(env.Dir, false)
			if err != nil {
				return nil, errors.Join(err, end())
			}
			return &served{engine, end}, nil
		},
	}
}

func TestConformance(t *testing.T) { enginetest.TestEngine(t, proxied(memServer())) }

// TestConformanceInPhase does the same with every request marked as concurrent.
func TestConformanceInPhase(t *testing.T) {
	f := proxied(memServer())
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		opened, err := open(env)
		if err == nil {
			opened.(*served).StorageEngine.(*claimer).conn.Concurrently(true)
		}
		return opened, err
	}
	enginetest.TestEngine(t, f)
}

// lesser is an engine in memory with some of its abilities.
type lesser struct {
	engines.StorageEngine
	log engines.LogStore
}

func (l lesser) LogStore() engines.LogStore { return l.log }

// TestAbilities wants a proxy to have what its engine has, nothing less or more.
func TestAbilities(t *testing.T) {
	whole := memlog.New()
	log := whole.LogStore()
	tests := map[string]engines.StorageEngine{
		"all":  whole,
		"none": lesser{whole, struct{ engines.LogStore }{log}},
		"replaces": lesser{whole, struct {
			engines.LogStore
			engines.RangeReplacer
		}{log, log.(engines.RangeReplacer)}},
		"keeps": lesser{whole, struct {
			engines.LogStore
			engines.PurgeBoundaryLoader
		}{log, log.(engines.PurgeBoundaryLoader)}},
	}
	for name, engine := range tests {
		t.Run(name, func(t *testing.T) {
			conn, end := inProcess(&Server{Name: name, Open: func(string, bool) (engines.StorageEngine, error) { return engine, nil }})
			defer end()
			proxy, err := conn.Open("/db", false)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := abilitiesOf(proxy), abilitiesOf(engine); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if got, want := engines.ClaimsOf(proxy), engines.ClaimsOf(engine); got != want {
				t.Errorf("got claims %+v, want %+v", got, want)
			}
		})
	}
}

func abilitiesOf(engine engines.StorageEngine) string {
	_, replaces := engine.LogStore().(engines.RangeReplacer)
	return fmt.Sprintf("replaces %v, keeps %v", replaces, engines.KeepsBoundary(engine))
}

// fullLog is a log with all abilities.
type fullLog interface {
	engines.LogStore
	engines.RangeReplacer
	engines.PurgeBoundaryLoader
}

// failingLog is a log whose every flush returns err.
type failingLog struct {
	engines.LogStore
	err error
}

func (f failingLog) Flush(context.Context) error { return f.err }

// TestErrorsKeepTheirMeaning sends each sentinel across.
func TestErrorsKeepTheirMeaning(t *testing.T) {
	for _, k := range append(kinds, struct {
		name string
		err  error
	}{"", errors.New("no space left")}) {
		t.Run(k.name, func(t *testing.T) {
			mem := memlog.New()
			want := fmt.Errorf("mywal: \"\u00e9\n\" %w", k.err)
			engine := lesser{mem, failingLog{mem.LogStore(), want}}
			conn, end := inProcess(&Server{Name: "failing", Open: func(string, bool) (engines.StorageEngine, error) { return engine, nil }})
			defer end()
			proxy, err := conn.Open("/db", false)
			if err != nil {
				t.Fatal(err)
			}
			err = proxy.LogStore().Flush(t.Context())
			var remote *Error
			if !errors.As(err, &remote) || remote.Kind != k.name || err.Error() != want.Error() {
				t.Fatalf("got error %#v, want kind %q and text %q", err, k.name, want)
			}
			for _, other := range kinds {
				if got, want := errors.Is(err, other.err), other.err == k.err; got != want {
					t.Errorf("got errors.Is %v with %v, want %v", got, other.err, want)
				}
			}
		})
	}
}
