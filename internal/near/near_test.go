package near_test

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/internal/near"
)

func TestNames(t *testing.T) {
	all := []string{"file", "file-buffered", "pebble", "canary/no-sync-on-persist", "mem"}
	for name, want := range map[string][]string{
		"fiel":           {"file"},
		"file":           {"file", "file-buffered"},
		"canary/no-sync": {"canary/no-sync-on-persist"},
		"mm":             {"mem"},
		"xyz":            nil,
		"":               nil,
	} {
		if got := near.Names(name, all); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestQuestion(t *testing.T) {
	if got, want := near.Question("rum", []string{"run", "report"}), ": did you mean run?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := near.Question("nothing", []string{"run"}); got != "" {
		t.Errorf("got %q, want none", got)
	}
}
