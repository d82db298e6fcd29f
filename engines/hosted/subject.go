package hosted

import (
	"fmt"
	"io"

	"github.com/ackproof/ackproof/engines"
)

// subject is what a worker runs, one engine at a time.
type subject interface {
	// has reports whether op is an operation on an engine that is open.
	has(op string) bool
	// abandon forgets the engine that is open, if any, as a crash of its process would.
	abandon()
	// open opens an engine, where none is open, and returns the answer.
	open(dir string, readOnly bool) (any, error)
	// serve does what a request of op asks for, and returns the answer.
	serve(op string, r *Request) (any, error)
	// close closes the engine that is open.
	close() error
}

// operation is what a worker can do with an open engine of type E.
type operation[E any] struct {
	// takes are the fields that its request must have.
	takes []string
	do    func(engine E, r *Request) (any, error)
}

// subjectOf is the subject whose engines are of type E.
type subjectOf[E io.Closer] struct {
	opener     func(dir string, readOnly bool) (E, error)
	operations map[string]operation[E]
	// describe returns the answer to an open.
	describe func(engine E) any

	engine E
	isOpen bool
}

func (s *subjectOf[E]) has(op string) bool {
	_, ok := s.operations[op]
	return ok
}

func (s *subjectOf[E]) open(dir string, readOnly bool) (any, error) {
	engine, err := s.opener(dir, readOnly)
	if err != nil {
		return nil, err
	}
	s.engine, s.isOpen = engine, true
	return s.describe(engine), nil
}

func (s *subjectOf[E]) serve(op string, r *Request) (any, error) {
	if !s.isOpen {
		return nil, noneIsOpen(op)
	}
	o := s.operations[op]
	if err := r.has(o.takes...); err != nil {
		return nil, err
	}
	return o.do(s.engine, r)
}

func (s *subjectOf[E]) close() error {
	if !s.isOpen {
		return noneIsOpen("close")
	}
	engine := s.engine
	s.abandon()
	return engine.Close()
}

func (s *subjectOf[E]) abandon() {
	var none E
	s.engine, s.isOpen = none, false
}

func noneIsOpen(op string) error {
	return fmt.Errorf("%s: no engine is open: %w", op, engines.ErrClosed)
}
