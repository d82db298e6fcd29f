package pebblestore

import (
	"errors"
	"testing"
)

func TestPanicInCallIsFatal(t *testing.T) {
	g := newGuard()
	for _, call := range []func() error{func() error { panic("planted") }, func() error { return nil }} {
		if err := g.run(call); !errors.Is(err, ErrFatal) {
			t.Errorf("got error %v, want %v", err, ErrFatal)
		}
	}
}
