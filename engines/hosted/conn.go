package hosted

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
)

// Conn speaks to one worker. Any goroutine may use it.
//
// Outside of a concurrent phase requests go one at a time: a second caller waits
// for the first one's answer. Each caller reads its answer itself; a Conn has no
// goroutine of its own.
type Conn struct {
	*link
	// callLock is held alone by a call outside of a concurrent phase, and shared
	// within.
	callLock     sync.RWMutex
	concurrently atomic.Bool
	// opened counts the engines that were opened; it changes with callLock held
	// alone.
	opened   uint64
	inFlight pipeline
}

// NewConn returns a Conn to the worker that writes to r and reads from w. The
// hello is read by the first call.
func NewConn(r io.Reader, w io.Writer) *Conn {
	l := newLink(r, w)
	return &Conn{link: l, inFlight: pipeline{link: l}}
}

// Hello returns the worker's hello, and reads it if that was not done. The error
// is a *Failure.
func (c *Conn) Hello() (Hello, error) {
	c.callLock.RLock()
	defer c.callLock.RUnlock()
	defer stop(c.watch("hello"))
	err := c.ready()
	return c.hello, err
}

// Concurrently begins a concurrent phase or ends it. Within, calls do not wait for
// each other, and are marked so that the worker may serve them side by side; but
// opening and closing an engine never overlap another call.
func (c *Conn) Concurrently(on bool) { c.concurrently.Store(on) }

// Call makes one request and waits for its answer. The request must encode as a
// JSON object without the members id, op and concurrent, or be nil; the answer is
// decoded into result, unless that is nil. The error is an *Error if the worker
// refused the request, and a *Failure if it broke the protocol.
func (c *Conn) Call(op string, request, result any) error {
	concurrent := c.concurrently.Load()
	defer c.lock(concurrent).Unlock()
	return c.exchange(op, request, result, concurrent)
}

// callEngine is Call for the engine that was opened as the n-th, if it still is
// the one that is open.
func (c *Conn) callEngine(n uint64, op string, request, result any) error {
	concurrent := c.concurrently.Load() && op != "close"
	defer c.lock(concurrent).Unlock()
	if c.opened != n {
		return fmt.Errorf("hosted: %s: another engine was opened since: %w", op, errGone)
	}
	return c.exchange(op, request, result, concurrent)
}

// errGone refuses a call on an engine that this side knows to be closed or
// abandoned. The worker is not asked, as it may have another one open.
var errGone = fmt.Errorf("it is gone: %w", engines.ErrClosed)

// lock takes callLock for a call, and returns what its caller unlocks.
func (c *Conn) lock(concurrent bool) sync.Locker {
	var lock sync.Locker = &c.callLock
	if concurrent {
		lock = c.callLock.RLocker()
	}
	lock.Lock()
	return lock
}

// exchange sends a request and reads its answer. The caller holds callLock.
func (c *Conn) exchange(op string, request, result any, concurrent bool) error {
	if !concurrent {
		if err := c.inFlight.catchUp(); err != nil {
			return err
		}
	}
	defer stop(c.watch(op))
	if err := c.ready(); err != nil {
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
	return c.take(mine, line, e, result)
}

// Send makes a request as [Conn.Call] does and does not wait: a later
// [Conn.Receive] returns its answer. The worker must answer in order, and what is
// in flight both ways must fit into pipes, of 64 KiB each. Send is not for
// concurrent phases. Calls may be made between; a worker that fails has failed for
// all that is in flight. The error is a *Failure, or says that the request does not
// encode, and then there is nothing to receive.
func (c *Conn) Send(op string, request any) error {
	defer c.lock(false).Unlock()
	return c.inFlight.add(op, request)
}

// Receive waits for the answer to the oldest request that was sent and not
// received, of which there must be one. It is decoded, and errors are, as in
// [Conn.Call]. The limit of a hang is for each wait, so that it does not count how
// long the answers were left unread.
func (c *Conn) Receive(result any) error {
	defer c.lock(false).Unlock()
	if len(c.inFlight.calls) == 0 {
		panic("hosted: Receive without a Send")
	}
	return c.inFlight.receive(result)
}

// CatchUp waits until all that was sent is answered, and keeps the answers. So a
// failure that it returns belongs to what was sent, and a later one does not.
func (c *Conn) CatchUp() error {
	defer c.lock(false).Unlock()
	return c.inFlight.catchUp()
}

// end waits for the calls in flight, says by closeIn that no request will follow,
// and reads to the end of the worker's output, which must have no more lines.
func (c *Conn) end(closeIn func()) error {
	defer c.lock(false).Unlock()
	if err := c.inFlight.catchUp(); err != nil {
		return err
	}
	defer stop(c.watch("the end of stdin"))
	if err := c.ready(); err != nil {
		return err
	}
	closeIn()
	line, err := c.lines.next()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return c.garbage("got %s after stdin ended, want no more output", quote(line))
}
