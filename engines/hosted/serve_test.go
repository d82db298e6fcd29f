package hosted

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// TestServeAnswers gives single requests to a server, after an open.
func TestServeAnswers(t *testing.T) {
	for _, c := range []struct{ name, request, answer string }{
		{"spaces", ` { "op" : "last_index" , "id" : 2 } `, `{"id":2,"last_index":0}`},
		{"escaped op", `{"id":2,"op":"last\u005findex"}`, `{"id":2,"last_index":0}`},
		{"nested names", `{"x":{"id":9,"op":"reset","s":"}\"]"},"id":2,"op":"last_index"}`, `{"id":2,"last_index":0}`},
		{"no field", `{"id":2,"op":"truncate"}`, `{"id":2,"error":"invalid argument: got no \"from\", want one","kind":"invalid"}`},
		{"null field", `{"id":2,"op":"persist_entries","entries":null}`, `{"id":2,"error":"invalid argument: got no \"entries\", want an array","kind":"invalid"}`},
		{"no entries", `{"id":2,"op":"persist_entries","entries":[]}`, `{"id":2}`},
		{"panic in concurrent", `{"id":2,"op":"boom","concurrent":true}`, `{"id":2,"error":"boom","kind":"panic","stack":`},
		{"no object", `{"id":2,"op":"seven"}`, `{"id":2,"error":"got \"7\", want a JSON object"}`},
		{"object", `{"id":2,"op":"echo","x":[1]}`, `{"id":2,"id":2,"op":"echo","x":[1]}`},
		{"read-only", `{"id":2,"op":"open","dir":"/db","read_only":true}`, `{"id":2,"error":"invalid argument: got read_only`},
		{"text", ` {"id":2, "text" : "a\u0062\"c","op":"say", "text":"d"}`, `{"id":2,"text":"ab\"c"}`},
		{"no text", `{"id":2,"op":"say"}`, `{"id":2,"error":"got no text, want one"}`},
		{"text that is none", `{"id":2,"op":"say","text":["a"]}`, `{"id":2,"error":"got \"[\\\"a\\\"]\", want a string"}`},
		{"huge", `{"id":2,"op":"huge"}`, `{"id":2,"error":"got an answer of 67108`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := oddServer()
			var out strings.Builder
			if err := s.Serve(strings.NewReader(`{"id":1,"op":"open","dir":"/db"}`+"\n"+c.request+"\n"), &out); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(out.String(), "\n")
			if got := lines[2]; !strings.HasPrefix(got, c.answer) || len(lines) != 4 {
				t.Errorf("got %s of %d lines, want %s", got, len(lines), c.answer)
			}
		})
	}
}

// oddServer has operations whose answers are unlikely.
func oddServer() *Server {
	s := durableServer()
	s.Extra = map[string]func(json.RawMessage) (any, error){
		"boom":  func(json.RawMessage) (any, error) { panic("boom") },
		"echo":  func(request json.RawMessage) (any, error) { return request, nil },
		"seven": func(json.RawMessage) (any, error) { return 7, nil },
		"say":   func(request json.RawMessage) (any, error) { return TextOf(request) },
		"huge":  func(json.RawMessage) (any, error) { return words{strings.Repeat("x", lineBytesMax)}, nil },
	}
	return s
}

type words struct{ X string }

// TestServeEnds gives a server what it cannot answer.
func TestServeEnds(t *testing.T) {
	for in, text := range map[string]string{
		"":                               "",
		"\n":                             "no JSON object",
		`{"op":"flush"}` + "\n":          "with id and op",
		`{"id":1}` + "\n":                "with id and op",
		`{"id":-1,"op":"x"}` + "\n":      "want an integer from 0",
		`{"id":1,"op":7}` + "\n":         "want a string",
		`{"id":1,"op":"flush"} x` + "\n": "more follows it",
		`{"id":1,"op":"flush"}`:          "unexpected EOF",
	} {
		err := memServer().Serve(strings.NewReader(in), io.Discard)
		if text == "" && err != nil || text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
			t.Errorf("%q: got error %v, want %q", in, err, text)
		}
	}
}

// deafWriter takes some writes and then no more.
type deafWriter struct{ left int }

var errDeaf = errors.New("nobody listens")

func (d *deafWriter) Write(b []byte) (int, error) {
	if d.left--; d.left < 0 {
		return 0, errDeaf
	}
	return len(b), nil
}

// TestServeStopsUnheard wants a server to end when its answers reach nobody.
func TestServeStopsUnheard(t *testing.T) {
	requests := strings.Repeat(`{"id":1,"op":"open","dir":"/db"}`+"\n", 10)
	for heard := range 5 {
		opened := 0
		s := memServer()
		open := s.Open
		s.Open = func(dir string, readOnly bool) (engines.StorageEngine, error) {
			opened++
			return open(dir, readOnly)
		}
		if err := s.Serve(strings.NewReader(requests), &deafWriter{heard}); !errors.Is(err, errDeaf) || opened != heard {
			t.Errorf("got error %v after %d opens, want %v after %d", err, opened, errDeaf, heard)
		}
	}
}

// TestExtraNames wants no operation of the protocol to be replaced.
func TestExtraNames(t *testing.T) {
	for _, name := range []string{"open", "close", "flush"} {
		s := withExtra(map[string]func(json.RawMessage) (any, error){name: nil})
		if err := s.Serve(strings.NewReader(""), io.Discard); err == nil {
			t.Errorf("got no error for %q as an extra operation, want one", name)
		}
	}
}
