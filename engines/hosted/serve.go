package hosted

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
)

// Server is the worker's side of the protocol, for an engine in Go: a log or a state
// machine, whichever of Open and OpenMachine is set.
type Server struct {
	// Name is what the worker calls its engine.
	Name string
	// Open opens the log in dir, which exists, creating it there if dir holds none. It
	// is called while an earlier engine is still open if that one is said to have
	// crashed.
	Open func(dir string, readOnly bool) (engines.StorageEngine, error)
	// OpenMachine opens the state machine in dir, as Open does a log.
	OpenMachine func(dir string, readOnly bool) (engines.StateMachine, error)
	// ReadOnly: the one that is set can open read-only, as engines.Factory.OpenReadOnly.
	ReadOnly bool
	// Without is what a log does not offer, as in engines.Factory.
	Without engines.Without
	// Limits are the engine's, as in engines.Factory.
	Limits engines.Limits
	// Extra are further operations, by names that the protocol does not use. Each
	// is given the whole request, which is its own until it returns, and returns
	// the answer's fields: a value that encodes as a JSON object, or nil for none.
	// It is called from several goroutines if the client asks for that.
	Extra map[string]func(request json.RawMessage) (any, error)
}

// Serve writes the hello to out and answers requests until in ends, and then
// returns nil. An engine that is still open is abandoned, not closed. Each answer
// is one Write; answers to further operations whose requests came together may
// share one. An error says that s cannot be served, that out failed or that in holds no
// request: nothing can be answered then.
//
// A panic while a request is served, a fault in a memory map included, is the
// answer to that request. Engine code runs on the caller's goroutine, or on one of
// its own for a concurrent request.
func (s *Server) Serve(in io.Reader, out io.Writer) error {
	subject, err := s.subject()
	if err != nil {
		return fmt.Errorf("hosted: serve: %w", err)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	ses := &session{server: s, subject: subject, lines: newLineReader(in), answers: answerWriter{out: out}}
	err = ses.run()
	ses.running.Wait()
	if failed := ses.answers.flush(); errors.Is(err, io.EOF) {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("hosted: serve: %w", err)
	}
	return nil
}

// subject returns what s runs, with nothing open.
func (s *Server) subject() (subject, error) {
	for name := range s.Extra {
		if isOurs(name) {
			return nil, fmt.Errorf("got %q as an extra operation, want a name that the protocol does not use", name)
		}
	}
	switch {
	case (s.Open == nil) == (s.OpenMachine == nil):
		return nil, errors.New("got both or neither of Open and OpenMachine, want one")
	case s.Open != nil:
		return &subjectOf[engines.StorageEngine]{opener: s.Open, operations: logOperations, describe: describeLog}, nil
	}
	return &subjectOf[engines.StateMachine]{opener: s.OpenMachine, operations: machineOperations, describe: describeMachine}, nil
}

// isOurs reports whether the protocol uses name for an operation, of whatever subject.
func isOurs(name string) bool {
	_, ofLogs := logOperations[name]
	_, ofMachines := machineOperations[name]
	return ofLogs || ofMachines || name == "open" || name == "close"
}

// session is one conversation. The goroutine that reads requests is the only one
// to change the engine, and does so while no concurrent request runs.
type session struct {
	server  *Server
	lines   lineReader
	subject subject
	running sync.WaitGroup
	answers answerWriter
}

func (s *session) run() error {
	if err := s.hello(); err != nil {
		return err
	}
	for {
		line, err := s.lines.next()
		if err != nil {
			return err
		}
		if err := s.take(line); err != nil {
			return err
		}
	}
}

func (s *session) hello() error {
	limits, subject := s.server.Limits, ""
	if s.server.OpenMachine != nil {
		subject = SubjectMachine
	}
	line, err := json.Marshal(Hello{
		Ackproof: Version, Engine: s.server.Name, Subject: subject, ReadOnly: s.server.ReadOnly,
		Ops: slices.Sorted(maps.Keys(s.server.Extra)), Offers: offers(s.server.Without),
		EntryMaxBytes: limits.EntryMaxBytes, BatchMaxBytes: limits.BatchMaxBytes, BatchMaxEntries: limits.BatchMaxEntries,
	})
	if err != nil {
		return err
	}
	_, err = s.answers.out.Write(append(line, '\n'))
	return err
}

// take serves the request in line, at once or concurrently with those that follow.
func (s *session) take(line []byte) error {
	e, err := openEnvelope(line)
	if err != nil {
		return fmt.Errorf("got line %s, want a request: %w", quote(line), err)
	}
	if !e.hasID || e.op == nil {
		return fmt.Errorf("got line %s, want a request with id and op", quote(line))
	}
	op, err := text(e.op)
	if err != nil {
		return fmt.Errorf("got line %s, want a request: op: %w", quote(line), err)
	}
	switch {
	case op == "open" || op == "close":
		s.running.Wait() // the engine changes
		s.serve(e.id, op, line)
		return s.answers.flush()
	case e.concurrent:
		line = slices.Clone(line)
		s.running.Go(func() {
			debug.SetPanicOnFault(true)
			s.serve(e.id, op, line)
			_ = s.answers.flush() // the next one returns the error
		})
		return s.answers.failure()
	default:
		began := time.Now()
		s.serve(e.id, op, line)
		if s.mayBatch(op, time.Since(began)) {
			return nil
		}
		return s.answers.flush()
	}
}

// serve answers one request.
func (s *session) serve(id uint64, op string, line []byte) {
	defer func() {
		if p := recover(); p != nil {
			s.answers.refuse(id, kindPanic, panicText(p), string(debug.Stack()))
		}
	}()
	result, err := s.operate(op, line)
	if err == nil {
		err = s.answers.add(id, result)
	}
	if err != nil {
		s.answers.refuse(id, kindOf(err), err.Error(), "")
	}
}

// panicText says what p is. A fault in a memory map calls itself a nil dereference;
// its address tells them apart.
func panicText(p any) string {
	if fault, ok := p.(interface{ Addr() uintptr }); ok {
		return fmt.Sprintf("%v (%s %#x)", p, memoryFault, fault.Addr())
	}
	return fmt.Sprint(p)
}

// operate does what the request asks for.
func (s *session) operate(op string, line []byte) (any, error) {
	if extra, ok := s.server.Extra[op]; ok {
		return extra(line)
	}
	if op != "open" && op != "close" && !s.subject.has(op) {
		return nil, fmt.Errorf("%w: got %q", ErrUnknownOp, op)
	}
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, fmt.Errorf("%w: request of %s: %w", engines.ErrInvalid, op, err)
	}
	switch op {
	case "open":
		return s.open(&request)
	case "close":
		return nil, s.subject.close()
	}
	return s.subject.serve(op, &request)
}

// open opens an engine, if the request is one that this worker can serve.
func (s *session) open(r *Request) (any, error) {
	s.subject.abandon()
	if err := r.has("dir"); err != nil {
		return nil, err
	}
	readOnly := r.ReadOnly != nil && *r.ReadOnly
	if readOnly && !s.server.ReadOnly {
		return nil, fmt.Errorf("%w: got read_only, want a writable open: this worker has no other", engines.ErrInvalid)
	}
	return s.subject.open(*r.Dir, readOnly)
}

// mayBatch reports whether the answers that are ready may wait for the next one,
// since that will soon be ready: its request is there, and the last one, which was
// of op, took little. What an engine acknowledges call by call never waits.
func (s *session) mayBatch(op string, took time.Duration) bool {
	const soon = time.Millisecond
	_, extra := s.server.Extra[op]
	return extra && took < soon && s.answers.mayGrow() && s.lines.buffered()
}
