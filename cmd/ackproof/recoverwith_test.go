package main

import (
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject/logstore"
)

// TestLongNames: two versions of one program are told apart by their folders.
func TestLongNames(t *testing.T) {
	program := func(argv ...string) builtin.Engine {
		return builtin.Engine{Factory: logstore.Of(engines.Factory{Name: "log", Needs: engines.NeedsDir, Program: argv})}
	}
	named := builtin.Engine{Factory: logstore.Of(engines.Factory{Name: "log"})}
	for _, c := range []struct {
		writer, reader builtin.Engine
		want           string // "" for an error
	}{
		{program("/old/log"), program("/new/log"), "/old/log opened by /new/log"},
		{program("/bin/python3", "old/log.py"), program("/bin/python3", "new/log.py"), "python3 old/log.py opened by python3 new/log.py"},
		{program("/old/log", "data"), program("/new/log"), "/old/log data opened by /new/log"},
		{named, program("/bin/log"), "log opened by /bin/log"},
		{program("/bin/log"), program("/bin/log"), ""},
		{named, named, ""},
	} {
		pair, err := openedBy(c.writer, c.reader)
		if pair.Name != c.want || (err == nil) != (c.want != "") {
			t.Errorf("got %q and %v, want %q", pair.Name, err, c.want)
		}
	}
}

// TestSmallerPayloads: both engines of a pair take the payloads.
func TestSmallerPayloads(t *testing.T) {
	for _, c := range [][3]int{{0, 0, 0}, {0, 32, 32}, {64, 0, 64}, {64, 32, 32}} {
		if got := smaller(c[0], c[1]); got != c[2] {
			t.Errorf("of %d and %d: got %d, want %d", c[0], c[1], got, c[2])
		}
	}
}
