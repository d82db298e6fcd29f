package plain

import (
	"errors"
	"strings"
)

// ErrQuote reports a quote that does not end, or a backslash at the end.
var ErrQuote = errors.New("a quote in it does not end")

// ShellWords returns the words of a command as a POSIX shell parts them: at blanks that are
// not quoted. Nothing is expanded, and other characters of a shell's stand for themselves.
// So [ShellWord] of each word, with blanks between, gives the same words again.
func ShellWords(s string) ([]string, error) {
	var out []string
	var word strings.Builder
	inWord := false
	for len(s) > 0 {
		c := s[0]
		s = s[1:]
		if strings.IndexByte(" \t\n", c) >= 0 {
			if inWord {
				out = append(out, word.String())
			}
			inWord = false
			word.Reset()
			continue
		}
		inWord = true
		text, rest, ok := unquoted(c, s)
		if !ok {
			return nil, ErrQuote
		}
		word.WriteString(text)
		s = rest
	}
	if inWord {
		out = append(out, word.String())
	}
	return out, nil
}

// unquoted returns what the quote that c begins holds, or c itself if it begins none, and
// what follows.
func unquoted(c byte, s string) (text, rest string, ok bool) {
	switch c {
	case '\'':
		return strings.Cut(s, "'")
	case '\\':
		if s == "" {
			return "", "", false
		}
		return s[:1], s[1:], true
	case '"':
		return doubleQuoted(s)
	}
	return string([]byte{c}), s, true
}

// doubleQuoted returns what stands up to the next double quote. A backslash takes the
// meaning of a quote, a backslash, a dollar and a backquote only.
func doubleQuoted(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte("\"\\$`", s[i+1]) >= 0:
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
