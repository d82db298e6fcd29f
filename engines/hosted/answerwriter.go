package hosted

import (
	"fmt"
	"io"
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
	w.mu.Lock()
	defer w.mu.Unlock()
	b, err := appendFields(w.begin(id), result)
	if size := len(b) - len(w.buf); err == nil && size > lineBytesMax {
		err = fmt.Errorf("got an answer of %d bytes, want at most %d: ask for less", size, lineBytesMax)
	}
	if err != nil {
		return err
	}
	w.buf, w.batched = b, w.batched+1
	return nil
}

// refuse encodes why a request was not served.
func (w *answerWriter) refuse(id uint64, kind, text, stack string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b, err := appendFields(w.begin(id), struct {
		Error string `json:"error"`
		Kind  string `json:"kind,omitempty"`
		Stack string `json:"stack,omitempty"`
	}{text, kind, stack})
	if err != nil {
		panic(fmt.Sprintf("hosted: encode an error: %v", err)) // strings always encode
	}
	w.buf, w.batched = b, w.batched+1
}

func (w *answerWriter) begin(id uint64) []byte {
	return strconv.AppendUint(append(w.buf, `{"id":`...), id, 10)
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
