package hosted

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
)

// answerWriter writes answers, several together if they may wait. Any goroutine
// may use it.
type answerWriter struct {
	mu      sync.Mutex
	out     io.Writer
	err     error
	buf     []byte // answers that were not written
	batched int    // how many these are
}

// add encodes what was asked for, or returns why it cannot.
func (w *answerWriter) add(id uint64, result any) error {
	return w.encode(id, result, lineBytesMax)
}

// refuse encodes why a request was not served.
func (w *answerWriter) refuse(id uint64, kind, text, stack string) {
	err := w.encode(id, struct {
		Error string `json:"error"`
		Kind  string `json:"kind,omitempty"`
		Stack string `json:"stack,omitempty"`
	}{text, kind, stack}, math.MaxInt)
	if err != nil {
		panic(fmt.Sprintf("hosted: encode an error: %v", err)) // strings always encode
	}
}

func (w *answerWriter) encode(id uint64, fields any, bytesMax int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, err := appendFields(strconv.AppendUint(append(w.buf, `{"id":`...), id, 10), fields)
	if size := len(b) - len(w.buf); err == nil && size > bytesMax {
		err = fmt.Errorf("got an answer of %d bytes, want at most %d: ask for less", size, bytesMax)
	}
	if err != nil {
		return err
	}
	w.buf, w.batched = b, w.batched+1
	return nil
}

// mayGrow reports whether one more answer may go out with those that are ready.
func (w *answerWriter) mayGrow() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.batched < batchMax
}

// flush writes the answers that are ready, unless earlier ones could not be
// written.
func (w *answerWriter) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.batched > 0 && w.err == nil {
		_, w.err = w.out.Write(w.buf)
	}
	if w.buf, w.batched = w.buf[:0], 0; cap(w.buf) > keptBytesMax {
		w.buf = nil
	}
	return w.err
}

// failure returns why answers could not be written, if they could not.
func (w *answerWriter) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
