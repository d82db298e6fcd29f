package hosted

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"sync"
)

// link is the two ways to and from a worker, with the calls that wait for answers.
type link struct {
	failures

	helloOnce sync.Once
	hello     Hello
	lines     lineReader
	// reading is held by the one caller that reads for all in a concurrent phase.
	reading chan struct{}

	writeMu sync.Mutex
	w       io.Writer
	buf     []byte

	mu      sync.Mutex
	lastID  uint64
	pending map[uint64]*call
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

func newLink(r io.Reader, w io.Writer) *link {
	return &link{
		w: w, lines: newLineReader(r), pending: map[uint64]*call{},
		reading: make(chan struct{}, 1), failures: failures{failed: make(chan struct{})},
	}
}

// ready reads the hello, if that was not done, and returns the failure, if there
// is one.
func (l *link) ready() error {
	l.helloOnce.Do(l.readHello)
	return l.err()
}

// readHello reads the first line.
func (l *link) readHello() {
	line, err := l.lines.next()
	if err != nil {
		_ = l.unread("the hello", line, err)
		return
	}
	var hello struct {
		Hello
		Ackproof *int `json:"ackproof"`
	}
	err = json.Unmarshal(line, &hello)
	switch {
	case err != nil || hello.Ackproof == nil || *hello.Ackproof < 1:
		_ = l.garbage(`got line %s, want a hello such as {"ackproof":%d,"engine":"name"}`, quote(line), Version)
	case *hello.Ackproof != Version:
		_ = l.garbage("got a worker that speaks version %d of the protocol, and this ackproof speaks version %d: %s: %s",
			*hello.Ackproof, Version, advice(*hello.Ackproof), quote(line))
	case hello.Engine == "":
		_ = l.garbage(`got hello %s, want one that names its "engine"`, quote(line))
	default:
		l.hello = hello.Hello
		l.hello.Ackproof = *hello.Ackproof
	}
}

func (l *link) register(op string, concurrent bool) *call {
	mine := &call{op: op}
	if concurrent {
		mine.answered = make(chan []byte, 1)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastID++
	mine.id = l.lastID
	l.pending[mine.id] = mine
	return mine
}

// send writes the request of mine. A request that cannot be sent is nobody's
// failure but the caller's.
func (l *link) send(mine *call, request any) error {
	l.writeMu.Lock()
	defer l.writeMu.Unlock()
	b, err := l.encode(l.buf[:0], mine, request)
	if err != nil {
		return err
	}
	if l.buf = b; cap(b) > keptBytesMax {
		l.buf = nil
	}
	return l.write(b, mine.op)
}

// encode appends the request of mine to b, or takes mine back.
func (l *link) encode(b []byte, mine *call, request any) ([]byte, error) {
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
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.pending, mine.id)
		return nil, fmt.Errorf("hosted: request of %s: %w", mine.op, err)
	}
	return b, nil
}

// write writes requests, of which the last is of op.
func (l *link) write(b []byte, op string) error {
	if _, err := l.w.Write(b); err != nil {
		return l.ended("took no request of %s: %v", op, err)
	}
	return nil
}

// advice says what to do about a worker of another version: see docs/STORED_FORMS.md.
func advice(version int) string {
	if version > Version {
		return "use a newer ackproof"
	}
	return "change the worker to speak the version in docs/PROTOCOL.md"
}
