package plain_test

import (
	"errors"
	"slices"
	"strings"
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

func TestShellWords(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " \t\n": nil, "a": {"a"}, " a  b\tc ": {"a", "b", "c"}, "''": {""}, `a '' "" b`: {"a", "", "", "b"},
		`'a b'c"d e"`: {"a bcd e"}, `a\ b \' \\`: {"a b", "'", `\`}, `"a\"b \$x \n"`: {`a"b $x \n`}, "$x | y > *": {"$x", "|", "y", ">", "*"},
	} {
		if got, err := plain.ShellWords(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q and %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"'", `a "b`, `a\`, `"a\"`, `'a'"b''`} {
		if got, err := plain.ShellWords(text); !errors.Is(err, plain.ErrQuote) {
			t.Errorf("%s: got %q and %v, want %v", text, got, err, plain.ErrQuote)
		}
	}
}

// TestShellWordsOfWords: what is quoted by one is parted by the other.
func TestShellWordsOfWords(t *testing.T) {
	want := []string{"a b", "", "it's", `"`, `\`, "$x", "\n", "-x=1", "é\xff"}
	var quoted []string
	for _, word := range want {
		quoted = append(quoted, plain.ShellWord(word))
	}
	if got, err := plain.ShellWords(strings.Join(quoted, " ")); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q and %v, want %q", got, err, want)
	}
}
