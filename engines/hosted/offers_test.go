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
