package evidence

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// Known is a cause that somebody knows of, and what they say of it.
type Known struct {
	Cause
	Comment string
}

// String returns the line that [ReadKnown] reads.
func (k Known) String() string {
	if k.Comment == "" {
		return k.Cause.String()
	}
	return k.Cause.String() + commentMark + k.Comment
}

const commentMark = " # "

// ReadKnown reads known causes: one signature a line, followed by " # " and a comment if
// there is one. Empty lines, and those that begin with "#", say nothing. A line that is
// none of these fails with [ErrCause] and its number.
func ReadKnown(r io.Reader) ([]Known, error) {
	var out []Known
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, comment := cutComment(line)
		cause, err := ParseCause(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, Known{cause, comment})
	}
	return out, lines.Err()
}

// ReadKnownFile reads the known causes in a file, as [ReadKnown] does.
func ReadKnownFile(path string) ([]Known, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	known, err := ReadKnown(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return known, nil
}

// cutComment parts a line at the first comment mark that is not within quotes.
func cutComment(line string) (text, comment string) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], commentMark):
			return strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+len(commentMark):])
		}
	}
	return line, ""
}
