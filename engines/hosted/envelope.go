package hosted

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// envelope is what a request or an answer has besides its own fields, and its [Text]. Op
// and text are JSON as they came, nil if absent, and valid as long as the line is.
type envelope struct {
	id         uint64
	hasID      bool
	op, text   []byte
	concurrent bool
	isError    bool
}

// errNoObject says that a line is no JSON object.
var errNoObject = errors.New("no JSON object")

// openEnvelope reads the envelope of line in one pass, without looking into the
// values that are not part of it: these are checked when they are decoded. Of
// two members with one name the first counts. Names with escapes are not ours.
func openEnvelope(line []byte) (envelope, error) {
	var e envelope
	at := skipSpace(line, 0)
	if at == len(line) || line[at] != '{' {
		return e, errNoObject
	}
	at = skipSpace(line, at+1)
	if at < len(line) && line[at] == '}' {
		return e, onlySpace(line, at+1)
	}
	for {
		nameEnd := stringEnd(line, at)
		colon := skipSpace(line, nameEnd)
		if nameEnd < 0 || colon == len(line) || line[colon] != ':' {
			return e, errNoObject
		}
		value := skipSpace(line, colon+1)
		end := valueEnd(line, value)
		if end <= value {
			return e, errNoObject
		}
		if err := e.set(line[at+1:nameEnd-1], line[value:end]); err != nil {
			return e, err
		}
		at = skipSpace(line, end)
		switch {
		case at < len(line) && line[at] == ',':
			at = skipSpace(line, at+1)
		case at < len(line) && line[at] == '}':
			return e, onlySpace(line, at+1)
		default:
			return e, errNoObject
		}
	}
}

// set takes one member of the line.
func (e *envelope) set(name, value []byte) error {
	switch string(name) {
	case "id":
		if e.hasID {
			return nil
		}
		id, err := strconv.ParseUint(string(value), 10, 64)
		if err != nil {
			return fmt.Errorf("got id %s, want an integer from 0 to 2^64-1", quote(value))
		}
		e.id, e.hasID = id, true
	case "op":
		if e.op == nil {
			e.op = value
		}
	case "text":
		if e.text == nil {
			e.text = value
		}
	case "concurrent":
		e.concurrent = string(value) == "true"
	case "error":
		e.isError = e.isError || string(value) != "null"
	}
	return nil
}

// text returns the string that value stands for.
func text(value []byte) (string, error) {
	if len(value) >= 2 && value[0] == '"' && plain(value[1:len(value)-1]) {
		return string(value[1 : len(value)-1]), nil
	}
	var s string
	if err := json.Unmarshal(value, &s); err != nil {
		return "", fmt.Errorf("got %s, want a string", quote(value))
	}
	return s, nil
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("hosted: encode a string: %v", err)) // all strings encode
	}
	return append(b, quoted...)
}

// plain reports whether the inside of a JSON string stands for itself.
func plain[T string | []byte](inside T) bool {
	for i := range len(inside) {
		if c := inside[i]; c == '\\' || c == '"' || c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

func skipSpace(b []byte, at int) int {
	for at >= 0 && at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\r' || b[at] == '\n') {
		at++
	}
	return at
}

func onlySpace(b []byte, at int) error {
	if skipSpace(b, at) < len(b) {
		return fmt.Errorf("%w: more follows it", errNoObject)
	}
	return nil
}

// stringEnd returns the offset behind the string that begins at, or -1.
func stringEnd(b []byte, at int) int {
	if at >= len(b) || b[at] != '"' {
		return -1
	}
	for i := at + 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// valueEnd returns the offset behind the value that begins at, or -1.
func valueEnd(b []byte, at int) int {
	depth := 0
	for i := at; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = stringEnd(b, i); i < 0 {
				return -1
			}
			i--
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return -1
}
