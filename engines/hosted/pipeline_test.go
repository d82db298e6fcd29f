//go:build linux

package hosted

import (
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// TestSentAreReceivedInOrder mixes requests sent ahead, one of them refused, with
// calls.
func TestSentAreReceivedInOrder(t *testing.T) {
	p := start(t, "good", Options{})
	conn := p.Conn()
	const refused, requestCount, aheadMax = 13, 40, 8
	received := 0
	receive := func() {
		received++
		var got number
		err := conn.Receive(&got)
		var e *Error
		if wrong := errors.As(err, &e); wrong != (received == refused) || !wrong && (err != nil || got.N != received) {
			t.Fatalf("request %d: got %v, error %v", received, got, err)
		}
	}
	for i := 1; i <= requestCount; i++ {
		op := "echo"
		if i == refused {
			op = "unheard-of"
		}
		if err := conn.Send(op, number{i}); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			var got number
			if err := conn.Call("echo", number{-i}, &got); err != nil || got.N != -i {
				t.Fatalf("call between: got %v, error %v", got, err)
			}
		}
		for i-received >= aheadMax {
			receive()
		}
	}
	if err := conn.CatchUp(); err != nil {
		t.Fatal(err)
	}
	for received < requestCount {
		receive()
	}
	if err := conn.Send("echo", 1); err == nil {
		t.Error("got no error of a request that is no object, want one")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// TestFailureIsOfAllUnderWay wants a worker's failure from each request that was
// not answered. The first answers go out in one write, line 1.
func TestFailureIsOfAllUnderWay(t *testing.T) {
	for word, manner := range map[string]string{
		"exits-3@2": engines.MannerExit, "segv@2": engines.MannerSignal, "hangs@2": engines.MannerHang, "garbage@2": engines.MannerGarbage, "wrong-id@2": engines.MannerGarbage,
	} {
		t.Run(word, func(t *testing.T) {
			conn := start(t, word, Options{HangAfter: hangSoon * 5}).Conn()
			const requestCount = 2*batchMax + 1
			for i := range requestCount {
				if err := conn.Send("echo", number{i}); err != nil {
					t.Fatal(err)
				}
			}
			var first *Failure
			for i := range requestCount {
				err := conn.Receive(&number{})
				var failure *Failure
				if errors.As(err, &failure); failure == nil {
					if first != nil || i >= 2*batchMax {
						t.Fatalf("request %d: got error %v, want the failure %v", i, err, first)
					}
					continue
				}
				if first == nil {
					first = failure
				}
				if failure != first || failure.Manner != manner {
					t.Fatalf("request %d: got failure %v, want manner %s, the same for all: %v", i, failure, manner, first)
				}
			}
			if first == nil {
				t.Error("got no failure, want one")
			}
		})
	}
}

// TestHangIsOfOneRequest wants that many slow requests under way, none of which
// takes too long, do not make a hang.
func TestHangIsOfOneRequest(t *testing.T) {
	conn := start(t, "good", Options{HangAfter: hangSoon * 10}).Conn()
	if _, err := conn.Hello(); err != nil {
		t.Fatal(err)
	}
	const requestCount = 8
	for i := range requestCount {
		if err := conn.Send("slow", number{i}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range requestCount {
		var got number
		if err := conn.Receive(&got); err != nil || got.N != i {
			t.Fatalf("request %d: got %v, error %v", i, got, err)
		}
	}
}
