package hosted

import (
	"bytes"
	"slices"
)

// pipeline is what was sent and not received yet. It is used with callLock held
// alone.
type pipeline struct {
	*link
	calls   []*call // oldest first
	unsent  []byte  // the newest requests
	batched int     // how many these are
}

func (p *pipeline) add(op string, request any) error {
	if err := p.err(); err != nil {
		return err
	}
	mine := p.register(op, false)
	b, err := p.encode(p.unsent, mine, request)
	if err != nil {
		return err
	}
	p.unsent, p.batched = b, p.batched+1
	p.calls = append(p.calls, mine)
	if p.batched < batchMax {
		return nil
	}
	return p.writeUnsent(op)
}

// receive waits for the answer to the oldest call.
func (p *pipeline) receive(result any) error {
	mine := p.calls[0]
	p.calls = slices.Delete(p.calls, 0, 1)
	if mine.line != nil {
		return p.takeLine(mine, mine.line, result)
	}
	line, e, err := p.readInOrder(mine)
	if err != nil {
		return err
	}
	return p.take(mine, line, e, result)
}

// catchUp waits for the answers to all calls, and keeps them.
func (p *pipeline) catchUp() error {
	for _, sent := range p.calls {
		if sent.line != nil {
			continue
		}
		line, _, err := p.readInOrder(sent)
		if err != nil {
			return err
		}
		sent.line = bytes.Clone(line)
	}
	return nil
}

// readInOrder reads the next answer, which must be the one to mine.
func (p *pipeline) readInOrder(mine *call) ([]byte, envelope, error) {
	if !p.lines.buffered() {
		defer stop(p.watch(mine.op))
		p.helloOnce.Do(p.readHello)
		if p.atWorker(mine) < batchMax {
			if err := p.writeUnsent(mine.op); err != nil {
				return nil, envelope{}, err
			}
		}
	}
	if err := p.err(); err != nil {
		return nil, envelope{}, err
	}
	whose, line, e, err := p.read(mine)
	if err == nil && whose != mine {
		err = p.garbage("got the answer to request %d, want that to %s (request %d), which was made earlier: %s",
			whose.id, mine.op, mine.id, quote(line))
	}
	return line, e, err
}

// atWorker returns how many requests the worker has that it did not answer, the one of
// mine and later ones.
func (p *pipeline) atWorker(mine *call) int {
	i := slices.Index(p.calls, mine) // -1: it was taken out
	return len(p.calls) - i - p.batched
}

// writeUnsent writes the requests that were held back, of which one is of op.
func (p *pipeline) writeUnsent(op string) error {
	if err := p.err(); err != nil || p.batched == 0 {
		return err
	}
	b := p.unsent
	p.unsent, p.batched = b[:0], 0
	return p.write(b, op)
}
