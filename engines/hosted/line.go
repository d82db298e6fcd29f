package hosted

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// keptBytesMax is the largest buffer that is kept from line to line.
const keptBytesMax = 1 << 20

// errLineTooLong ends a conversation whose other side forgot to end a line.
var errLineTooLong = errors.New("line too long")

// lineReader reads lines of at most bytesMax bytes, their ends included.
type lineReader struct {
	r        *bufio.Reader
	bytesMax int
	// long holds a line that is longer than the reader's buffer.
	long []byte
}

func newLineReader(r io.Reader) lineReader {
	const bufferBytes = 64 << 10
	return lineReader{r: bufio.NewReaderSize(r, bufferBytes), bytesMax: lineBytesMax}
}

// next returns the next line without its end. The bytes are valid until the next
// call. With an error come the bytes that were read of the line: io.EOF comes
// alone, io.ErrUnexpectedEOF with part of a line.
func (l *lineReader) next() ([]byte, error) {
	if l.long = l.long[:0]; cap(l.long) > keptBytesMax {
		l.long = nil
	}
	for {
		part, err := l.r.ReadSlice('\n')
		line := part
		if len(l.long) > 0 || errors.Is(err, bufio.ErrBufferFull) {
			l.long = append(l.long, part...)
			line = l.long
		}
		switch {
		case len(line) > l.bytesMax:
			return line, fmt.Errorf("%w: got %d bytes or more, want at most %d", errLineTooLong, len(line), l.bytesMax)
		case err == nil:
			return bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'}), nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

// buffered reports whether next returns a whole line without waiting.
func (l *lineReader) buffered() bool {
	ready, _ := l.r.Peek(l.r.Buffered()) // no more than there is, so there is no error
	return bytes.IndexByte(ready, '\n') >= 0
}

// quote returns line in quotes, cut to a length that fits a message.
func quote(line []byte) string {
	const shownBytesMax = 200
	if len(line) <= shownBytesMax {
		return strconv.Quote(string(line))
	}
	return fmt.Sprintf("%q... (%d bytes)", line[:shownBytesMax], len(line))
}
