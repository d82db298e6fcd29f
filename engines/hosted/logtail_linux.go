package hosted

import "sync"

// logTail keeps the end of a log. Any goroutine may use it.
type logTail struct {
	bytesMax int
	mu       sync.Mutex
	kept     []byte
}

// add appends b. Bytes move only once for every bytesMax that are added.
func (l *logTail) add(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept = append(l.kept, b...); len(l.kept) > 2*l.bytesMax {
		l.kept = l.kept[:copy(l.kept, l.kept[len(l.kept)-l.bytesMax:])]
	}
}

// String returns the last bytesMax bytes, with what came before them cut off.
func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept[max(0, len(l.kept)-l.bytesMax):])
}
