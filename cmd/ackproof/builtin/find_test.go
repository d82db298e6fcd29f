package builtin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
)

func names(l builtin.List) string {
	var out []string
	for _, e := range l {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

const layers = " file-memory-first file-buffered-disk-first pebble-buffered-memory-first"

const machines = " file-machine file-machine-buffered pebble-machine pebble-machine-buffered bbolt-machine file-node mem-machine"

func TestFind(t *testing.T) {
	all := builtin.All()
	for _, c := range []struct{ ask, want string }{
		{"", "file file-buffered pebble pebble-buffered bbolt" + layers + " mem" + machines},
		{"all", "file file-buffered pebble pebble-buffered bbolt" + layers + " mem" + machines},
		{"mem file", "mem file"},
		{"dengine/all", "dengine/file dengine/file-claims-durable dengine/rocksdb dengine/rocksdb-claims-durable"},
		{"mem all mem", "mem file file-buffered pebble pebble-buffered bbolt" + layers + machines},
	} {
		found, err := all.Find(strings.Fields(c.ask)...)
		if err != nil || names(found) != c.want {
			t.Errorf("Find(%q): got %s, %v, want %s", c.ask, names(found), err, c.want)
		}
	}
}

func TestFindUnknown(t *testing.T) {
	all := builtin.All()
	for _, c := range []struct{ ask, want string }{
		{"fiel", `unknown engine "fiel": did you mean file?`},
		{"buffered", `unknown engine "buffered": did you mean file-buffered, pebble-buffered, file-machine-buffered, pebble-machine-buffered?`},
		{"file/all", `unknown engine "file/all": "ackproof engines" lists all`},
		{"x", `unknown engine "x": "ackproof engines" lists all`},
		{"", `unknown engine "": "ackproof engines" lists all`},
	} {
		_, err := all.Find("mem", c.ask)
		if !errors.Is(err, builtin.ErrUnknown) || err.Error() != c.want {
			t.Errorf("Find(%q): got %v, want %s", c.ask, err, c.want)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{"all": true, "canary/all": true}
	for _, e := range builtin.All() {
		if seen[e.Name] {
			t.Errorf("two engines are called %s", e.Name)
		}
		seen[e.Name] = true
		if e.About == "" {
			t.Errorf("%s says nothing about itself", e.Name)
		}
	}
}
