package plain_test

import (
	"testing"

	"github.com/ackproof/ackproof/internal/plain"
)

func TestShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"": "''", "out/a-1_b,c=d.x": "out/a-1_b,c=d.x", "a b": "'a b'", "it's": `'it'\''s'`, "$x": "'$x'", "a\nb": "'a\nb'",
	} {
		if got := plain.ShellWord(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 states", 1: "1 state", 2: "2 states"} {
		if got := plain.Count(n, "state"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
