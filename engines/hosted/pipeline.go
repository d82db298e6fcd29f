package hosted

import (
	"bytes"
	"fmt"
	"slices"
)

// together is how many requests, and how many answers, go out in one write at
// most: a wake-up of the other process costs as much as a small request, and with
// all in one write the two would take turns.
const together = 8

// pipeline is what was sent and not received yet. It is used with turn held alone.
type pipeline struct {
	calls  []*call // oldest first
	unsent []byte  // the newest requests
	held   int     // how many these are
}

// Send makes a request as [Conn.Call] does and does not wait: a later
// [Conn.Receive] returns its answer. The worker must answer in order, and what is
// under way both ways must fit into pipes, of 64 KiB each. Send is not for
// concurrent phases. Calls may be made between; a worker that fails has failed for
// all that is under way. The error is a *Failure, or says that the request does not
// encode, and then there is nothing to receive.
func (c *Conn) Send(op string, request any) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	if err := c.err(); err != nil {
		return err
	}
	mine := c.register(op, false)
	b, err := c.encode(c.ahead.unsent, mine, request)
	if err != nil {
		return err
	}
	c.ahead.unsent, c.ahead.held = b, c.ahead.held+1
	c.ahead.calls = append(c.ahead.calls, mine)
	if c.ahead.held < together {
		return nil
	}
	return c.flush(op)
}

// Receive waits for the answer to the oldest request that was sent and not
// received, of which there must be one. It is decoded, and errors are, as in
// [Conn.Call]. The limit of a hang is for each wait, so that it does not count how
// long the answers were left unread.
func (c *Conn) Receive(result any) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	if len(c.ahead.calls) == 0 {
		panic("hosted: Receive without a Send")
	}
	mine := c.ahead.calls[0]
	c.ahead.calls = slices.Delete(c.ahead.calls, 0, 1)
	if mine.line != nil {
		return c.settleLine(mine, mine.line, result)
	}
	line, e, err := c.readInOrder(mine)
	if err != nil {
		return err
	}
	return c.settle(mine, line, e, result)
}

// CatchUp waits until all that was sent is answered, and keeps the answers. So a
// failure that it returns belongs to what was sent, and a later one does not.
func (c *Conn) CatchUp() error {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.catchUp()
}

func (c *Conn) catchUp() error {
	for _, sent := range c.ahead.calls {
		if sent.line != nil {
			continue
		}
		line, _, err := c.readInOrder(sent)
		if err != nil {
			return err
		}
		sent.line = bytes.Clone(line)
	}
	return nil
}

// readInOrder reads the next answer, which must be that to mine.
func (c *Conn) readInOrder(mine *call) ([]byte, envelope, error) {
	if !c.lines.buffered() {
		if c.keeper != nil {
			defer c.keeper.watch(mine.op).Stop()
		}
		c.greet.Do(c.readHello)
		if err := c.flush(mine.op); err != nil {
			return nil, envelope{}, err
		}
	}
	if err := c.err(); err != nil {
		return nil, envelope{}, err
	}
	whose, line, e, err := c.read(mine)
	if err == nil && whose != mine {
		err = c.garbage("got the answer to request %d, want that to %s (request %d), which was made earlier: %s",
			whose.id, mine.op, mine.id, quote(line))
	}
	return line, e, err
}

// flush writes the requests that were held back, of which one is of op.
func (c *Conn) flush(op string) error {
	if err := c.err(); err != nil || c.ahead.held == 0 {
		return err
	}
	_, err := c.w.Write(c.ahead.unsent)
	c.ahead.unsent, c.ahead.held = c.ahead.unsent[:0], 0
	if err != nil {
		return c.fail(&Failure{Manner: MannerExit, Text: fmt.Sprintf("took no request of %s: %v", op, err)}, true)
	}
	return nil
}
