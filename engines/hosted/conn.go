package hosted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Conn speaks to one worker. Any goroutine may use it.
//
// Outside of a concurrent phase requests go one at a time: a second caller waits
// for the first one's answer. Each caller reads its answer itself; a Conn has no
// goroutine of its own.
type Conn struct {
	// turn is held alone by a call outside of a concurrent phase, and shared within.
	turn         sync.RWMutex
	concurrently atomic.Bool
	// opened counts the engines that were opened; it changes with turn held alone.
	opened uint64

	greet sync.Once
	hello Hello
	lines lineReader
	// reading is held by the one caller that reads for all in a concurrent phase.
	reading chan struct{}

	writeMu sync.Mutex
	w       io.Writer
	buf     []byte
	ahead   pipeline

	mu      sync.Mutex
	lastID  uint64
	pending map[uint64]*call

	failing sync.Once
	failed  chan struct{} // closed once failure is set
	failure *Failure
	// keeper watches the worker, if it is a process of ours.
	keeper keeper
}

// keeper watches a worker process.
type keeper interface {
	// watch kills the worker unless the timer is stopped in time.
	watch(op string) *time.Timer
	// finish ends the worker and completes f. ended tells that f is for an end of
	// the worker's output, or of what reads its input.
	finish(f *Failure, ended bool)
}

// call is a request that waits for its answer.
type call struct {
	id uint64
	op string
	// answered takes the line, if another caller read it. It is nil outside of a
	// concurrent phase.
	answered chan []byte
	// line is the answer, if it was read before it was asked for.
	line []byte
}

// NewConn returns a Conn to the worker that writes to r and reads from w. The
// hello is read by the first call.
func NewConn(r io.Reader, w io.Writer) *Conn {
	return &Conn{
		w: w, lines: newLineReader(r), pending: map[uint64]*call{},
		reading: make(chan struct{}, 1), failed: make(chan struct{}),
	}
}

// Hello returns the worker's hello, and reads it if that was not done. The error
// is a *Failure.
func (c *Conn) Hello() (Hello, error) {
	c.turn.RLock()
	defer c.turn.RUnlock()
	if c.keeper != nil {
		defer c.keeper.watch("hello").Stop()
	}
	c.greet.Do(c.readHello)
	return c.hello, c.err()
}

// Concurrently begins a concurrent phase or ends it. Within, calls do not wait for
// each other, and are marked so that the worker may serve them side by side; but
// opening and closing an engine are never done beside another call.
func (c *Conn) Concurrently(on bool) { c.concurrently.Store(on) }

// Call makes one request and waits for its answer. The request must encode as a
// JSON object without the members id, op and concurrent, or be nil; the answer is
// decoded into result, unless that is nil. The error is an *Error if the worker
// refused the request, and a *Failure if it broke the protocol.
func (c *Conn) Call(op string, request, result any) error {
	if !c.concurrently.Load() {
		return c.callAlone(op, request, result)
	}
	c.turn.RLock()
	defer c.turn.RUnlock()
	return c.exchange(op, request, result, true)
}

// callAlone is Call with no other request in flight.
func (c *Conn) callAlone(op string, request, result any) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.exchange(op, request, result, false)
}

// callEngine is Call for the engine that was opened as the n-th, if it still is
// the one that is open.
func (c *Conn) callEngine(n uint64, op string, request, result any) error {
	concurrent := c.concurrently.Load() && op != "close"
	if concurrent {
		c.turn.RLock()
		defer c.turn.RUnlock()
	} else {
		c.turn.Lock()
		defer c.turn.Unlock()
	}
	if c.opened != n {
		return fmt.Errorf("hosted: %s: another engine was opened since: %w", op, errGone)
	}
	return c.exchange(op, request, result, concurrent)
}

// exchange sends a request and reads its answer. The caller holds turn.
func (c *Conn) exchange(op string, request, result any, concurrent bool) error {
	if !concurrent {
		if err := c.catchUp(); err != nil {
			return err
		}
	}
	if c.keeper != nil {
		defer c.keeper.watch(op).Stop()
	}
	c.greet.Do(c.readHello)
	if err := c.err(); err != nil {
		return err
	}
	mine := c.register(op, concurrent)
	if err := c.send(mine, request); err != nil {
		return err
	}
	if concurrent {
		return c.await(mine, result)
	}
	_, line, e, err := c.read(mine)
	if err != nil {
		return err
	}
	return c.settle(mine, line, e, result)
}

func (c *Conn) register(op string, concurrent bool) *call {
	mine := &call{op: op}
	if concurrent {
		mine.answered = make(chan []byte, 1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastID++
	mine.id = c.lastID
	c.pending[mine.id] = mine
	return mine
}

// send writes the request of mine. A request that cannot be sent is nobody's
// failure but the caller's.
func (c *Conn) send(mine *call, request any) error {
	const keptBytesMax = 1 << 20
	c.writeMu.Lock()
	defer c.writeMu.Unlock()
	b, err := c.encode(c.buf[:0], mine, request)
	if err != nil {
		return err
	}
	if c.buf = b; cap(b) > keptBytesMax {
		c.buf = nil
	}
	if _, err := c.w.Write(b); err != nil {
		return c.fail(&Failure{Manner: MannerExit, Text: fmt.Sprintf("took no request of %s: %v", mine.op, err)}, true)
	}
	return nil
}

// encode appends the request of mine to b, or takes mine back.
func (c *Conn) encode(b []byte, mine *call, request any) ([]byte, error) {
	from := len(b)
	b = strconv.AppendUint(append(b, `{"id":`...), mine.id, 10)
	b = appendString(append(b, `,"op":`...), mine.op)
	if mine.answered != nil {
		b = append(b, `,"concurrent":true`...)
	}
	b, err := appendFields(b, request)
	if size := len(b) - from; err == nil && size > lineBytesMax {
		err = fmt.Errorf("got %d bytes, want at most %d: send less", size, lineBytesMax)
	}
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.pending, mine.id)
		return nil, fmt.Errorf("hosted: request of %s: %w", mine.op, err)
	}
	return b, nil
}

// await waits for the answer to mine. One of those who wait reads for all.
func (c *Conn) await(mine *call, result any) error {
	select {
	case line := <-mine.answered:
		return c.settleLine(mine, line, result)
	case <-c.failed:
		return c.err()
	case c.reading <- struct{}{}:
		return c.lead(mine, result)
	}
}

// lead reads answers until it meets that to mine, and hands on the others.
func (c *Conn) lead(mine *call, result any) error {
	defer func() { <-c.reading }()
	select {
	case line := <-mine.answered: // whoever read before found it
		return c.settleLine(mine, line, result)
	default:
	}
	for {
		if err := c.err(); err != nil {
			return err
		}
		whose, line, e, err := c.read(mine)
		if err != nil {
			return err
		}
		if whose == mine {
			return c.settle(mine, line, e, result)
		}
		whose.answered <- bytes.Clone(line)
	}
}

func (c *Conn) settleLine(mine *call, line []byte, result any) error {
	e, err := openEnvelope(line)
	if err != nil {
		panic(fmt.Sprintf("hosted: a line that was read cannot be read: %v", err))
	}
	return c.settle(mine, line, e, result)
}

// read reads one answer, on behalf of mine, and returns whose it is. The line is
// valid until the next read.
func (c *Conn) read(mine *call) (*call, []byte, envelope, error) {
	line, err := c.lines.next()
	if err != nil {
		return nil, nil, envelope{}, c.failRead("the answer to "+mine.op, line, err)
	}
	e, err := openEnvelope(line)
	if err == nil && !e.hasID {
		err = errors.New("it has no id")
	}
	if err != nil {
		return nil, nil, envelope{}, c.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, err)
	}
	c.mu.Lock()
	whose, lastID := c.pending[e.id], c.lastID
	delete(c.pending, e.id)
	c.mu.Unlock()
	switch {
	case whose != nil:
		return whose, line, e, nil
	case e.id != 0 && e.id <= lastID:
		err = c.garbage("got a second answer to request %d, want the answer to %s (request %d): %s", e.id, mine.op, mine.id, quote(line))
	default:
		err = c.garbage("got an answer to request %d, which was never made, want the answer to %s (request %d): %s", e.id, mine.op, mine.id, quote(line))
	}
	return nil, nil, envelope{}, err
}

// settle takes the answer to mine out of its line.
func (c *Conn) settle(mine *call, line []byte, e envelope, result any) error {
	if e.isError {
		return c.settleError(mine, line, e)
	}
	if result == nil {
		if !json.Valid(line) {
			return c.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, errNoObject)
		}
		return nil
	}
	if err := json.Unmarshal(line, result); err != nil {
		return c.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, err)
	}
	return nil
}

func (c *Conn) settleError(mine *call, line []byte, e envelope) error {
	var answer struct {
		Error, Kind, Stack string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return c.garbage("got line %s, want an error of %s: %v", quote(line), mine.op, err)
	}
	if answer.Kind == kindPanic {
		return c.fail(&Failure{
			Manner: MannerPanic, Stack: answer.Stack,
			Text: fmt.Sprintf("got a panic in %s, want an answer: %s", mine.op, answer.Error),
		}, false)
	}
	return &Error{Kind: answer.Kind, Text: answer.Error}
}

// end waits for the calls in flight, says by closeIn that no request will follow,
// and reads to the end of the worker's output, which must have no more lines.
func (c *Conn) end(closeIn func()) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	if err := c.catchUp(); err != nil {
		return err
	}
	if c.keeper != nil {
		defer c.keeper.watch("the end of stdin").Stop()
	}
	c.greet.Do(c.readHello)
	if err := c.err(); err != nil {
		return err
	}
	closeIn()
	line, err := c.lines.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return c.garbage("got %s after stdin ended, want no more output", quote(line))
}

// readHello reads the first line.
func (c *Conn) readHello() {
	line, err := c.lines.next()
	if err != nil {
		_ = c.failRead("the hello", line, err)
		return
	}
	var hello struct {
		Hello
		Ackproof *int `json:"ackproof"`
	}
	err = json.Unmarshal(line, &hello)
	switch {
	case err != nil || hello.Ackproof == nil || *hello.Ackproof < 1:
		_ = c.garbage(`got line %s, want a hello such as {"ackproof":%d,"engine":"name"}`, quote(line), Version)
	case *hello.Ackproof != Version:
		_ = c.garbage("got a worker that speaks version %d of the protocol, want version %d, the only one that is understood here: %s",
			*hello.Ackproof, Version, quote(line))
	case hello.Engine == "":
		_ = c.garbage(`got hello %s, want one that names its "engine"`, quote(line))
	default:
		c.hello = hello.Hello
		c.hello.Ackproof = *hello.Ackproof
	}
}

// failRead fails for an error of reading a line, of which line is the beginning.
func (c *Conn) failRead(want string, line []byte, err error) error {
	switch {
	case errors.Is(err, errLineTooLong):
		return c.garbage("got line %s, want %s: %v", quote(line), want, err)
	case len(line) > 0:
		return c.fail(&Failure{Manner: MannerExit, Text: fmt.Sprintf("output ended within a line, %s, want %s", quote(line), want)}, true)
	}
	return c.fail(&Failure{Manner: MannerExit, Text: fmt.Sprintf("output ended, want %s", want)}, true)
}

func (c *Conn) garbage(format string, args ...any) error {
	return c.fail(&Failure{Manner: MannerGarbage, Text: fmt.Sprintf(format, args...)}, false)
}

// fail makes f what every call returns from now on, unless the worker has failed
// already, and returns that.
func (c *Conn) fail(f *Failure, ended bool) error {
	c.failing.Do(func() {
		if c.keeper != nil {
			c.keeper.finish(f, ended)
		}
		c.failure = f
		close(c.failed)
	})
	return c.failure
}

// err returns the failure, if there is one.
func (c *Conn) err() error {
	select {
	case <-c.failed:
		return c.failure
	default:
		return nil
	}
}
