package hosted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// await waits for the answer to mine. One of those who wait reads for all.
func (l *link) await(mine *call, result any) error {
	select {
	case line := <-mine.answered:
		return l.takeLine(mine, line, result)
	case <-l.failed:
		return l.err()
	case l.reading <- struct{}{}:
		return l.lead(mine, result)
	}
}

// lead reads answers until it meets the one to mine, and hands on the others.
func (l *link) lead(mine *call, result any) error {
	defer func() { <-l.reading }()
	select {
	case line := <-mine.answered: // an earlier reader found it
		return l.takeLine(mine, line, result)
	default:
	}
	for {
		if err := l.err(); err != nil {
			return err
		}
		whose, line, e, err := l.read(mine)
		if err != nil {
			return err
		}
		if whose == mine {
			return l.take(mine, line, e, result)
		}
		whose.answered <- bytes.Clone(line)
	}
}

// read reads one answer, on behalf of mine, and returns whose it is. The line is
// valid until the next read.
func (l *link) read(mine *call) (*call, []byte, envelope, error) {
	line, err := l.lines.next()
	if err != nil {
		return nil, nil, envelope{}, l.unread("the answer to "+mine.op, line, err)
	}
	e, err := openEnvelope(line)
	if err == nil && !e.hasID {
		err = errors.New("it has no id")
	}
	if err != nil {
		return nil, nil, envelope{}, l.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, err)
	}
	l.mu.Lock()
	whose, lastID := l.pending[e.id], l.lastID
	delete(l.pending, e.id)
	l.mu.Unlock()
	switch {
	case whose != nil:
		return whose, line, e, nil
	case e.id != 0 && e.id <= lastID:
		err = l.garbage("got a second answer to request %d, want the answer to %s (request %d): %s", e.id, mine.op, mine.id, quote(line))
	default:
		err = l.garbage("got an answer to request %d, which was never made, want the answer to %s (request %d): %s", e.id, mine.op, mine.id, quote(line))
	}
	return nil, nil, envelope{}, err
}

// takeLine takes the answer to mine out of a line that was read before.
func (l *link) takeLine(mine *call, line []byte, result any) error {
	e, err := openEnvelope(line)
	if err != nil {
		panic(fmt.Sprintf("hosted: a line that was read cannot be read: %v", err))
	}
	return l.take(mine, line, e, result)
}

// take takes the answer to mine out of its line.
func (l *link) take(mine *call, line []byte, e envelope, result any) error {
	if e.isError {
		return l.takeError(mine, line)
	}
	if result == nil {
		if !json.Valid(line) {
			return l.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, errNoObject)
		}
		return nil
	}
	var err error
	if t, ok := result.(*Text); ok {
		*t, err = e.textOf()
	} else {
		err = json.Unmarshal(line, result)
	}
	if err != nil {
		return l.garbage("got line %s, want the answer to %s: %v", quote(line), mine.op, err)
	}
	return nil
}

func (l *link) takeError(mine *call, line []byte) error {
	var answer struct {
		Error, Kind, Stack string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return l.garbage("got line %s, want an error of %s: %v", quote(line), mine.op, err)
	}
	if answer.Kind == kindPanic {
		return l.fail(&Failure{
			Manner: engines.MannerPanic, Stack: answer.Stack,
			Text: fmt.Sprintf("got a panic in %s, want an answer: %s", mine.op, answer.Error),
		}, false)
	}
	return &Error{Kind: answer.Kind, Text: answer.Error}
}
