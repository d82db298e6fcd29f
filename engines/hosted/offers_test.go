package hosted

import (
	"io"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// A hello without a list offers everything, as those did before there was one.
func TestHelloOffers(t *testing.T) {
	everything := engines.Without{HardState: true, Truncate: true, Purge: true, Reset: true}
	for hello, want := range map[string]engines.Without{
		`{"ackproof":1,"engine":"e"}`:                                                           {},
		`{"ackproof":1,"engine":"e","ops":["compact"]}`:                                         {},
		`{"ackproof":1,"engine":"e","offers":null}`:                                             {},
		`{"ackproof":1,"engine":"e","offers":[]}`:                                               everything,
		`{"ackproof":1,"engine":"e","offers":["persist_entries","truncate","purge","reset"]}`:   {HardState: true},
		`{"ackproof":1,"engine":"e","offers":["truncate","save_hard_state","load_hard_state"]}`: {HardState: true, Purge: true, Reset: true},
		`{"ackproof":1,"engine":"e","offers":["save_hard_state","load_hard_state","flush_meta"]}`: {
			Truncate: true, Purge: true, Reset: true,
		},
	} {
		conn := NewConn(strings.NewReader(hello+"\n"), io.Discard)
		got, err := conn.Hello()
		if err != nil || got.Without() != want {
			t.Errorf("%s: got %+v, %v, want %+v", hello, got.Without(), err, want)
		}
	}
}

// A hello says the limits of its engine, or none.
func TestHelloLimits(t *testing.T) {
	conn := NewConn(strings.NewReader(`{"ackproof":1,"engine":"e","batch_max_bytes":-1,"entry_max_bytes":null}`+"\n"), io.Discard)
	if got, err := conn.Hello(); err != nil || got.Limits() != (engines.Limits{}) {
		t.Errorf("got %+v, %v, want none", got.Limits(), err)
	}
	for _, want := range []engines.Limits{{}, {EntryMaxBytes: 1}, {BatchMaxBytes: 2, BatchMaxEntries: 3}} {
		s := memServer()
		s.Limits = want
		conn, end := inProcess(s)
		if hello, err := conn.Hello(); err != nil || hello.Limits() != want {
			t.Errorf("got %+v, %v, want %+v", hello.Limits(), err, want)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

// What a server does not offer comes out at the other end.
func TestServerOffers(t *testing.T) {
	for _, want := range []engines.Without{
		{}, {HardState: true}, {Truncate: true, Reset: true}, {HardState: true, Truncate: true, Purge: true, Reset: true},
	} {
		s := memServer()
		s.Without = want
		conn, end := inProcess(s)
		hello, err := conn.Hello()
		if err != nil || hello.Without() != want {
			t.Errorf("got %+v, %v, want %+v", hello.Without(), err, want)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}
