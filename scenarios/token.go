package scenarios

import (
	"errors"
	"fmt"
	"strings"
)

// ErrSyntax is what every error of Parse wraps.
var ErrSyntax = errors.New("not a program")

// ParseError says where a text is not a program, and what was expected there.
type ParseError struct {
	// Line and Column count from 1; columns are bytes.
	Line, Column int
	// Message names what was found and what was wanted.
	Message string
}

// Error returns position and message.
func (e *ParseError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Unwrap returns ErrSyntax.
func (e *ParseError) Unwrap() error { return ErrSyntax }

// token is a word of a line.
type token struct {
	text   string
	column int
}

// end returns the column right after t.
func (t token) end() int { return t.column + len(t.text) }

// textOf returns the words of tokens with a blank between them.
func textOf(tokens []token) string {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.text
	}
	return strings.Join(words, " ")
}

// tokensOf splits code at blanks.
func tokensOf(code string) []token {
	var tokens []token
	for start := 0; start < len(code); {
		end := start
		for end < len(code) && code[end] != ' ' && code[end] != '\t' {
			end++
		}
		if end > start {
			tokens = append(tokens, token{code[start:end], start + 1})
		}
		start = end + 1
	}
	return tokens
}
