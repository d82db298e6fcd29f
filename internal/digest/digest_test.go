package digest_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/ackproof/ackproof/internal/digest"
)

func TestSumsCarryAndComeBack(t *testing.T) {
	a, b := digest.Digest{Hi: 1, Lo: math.MaxUint64}, digest.Digest{Hi: math.MaxUint64, Lo: 2}
	if got, want := a.Add(b), (digest.Digest{Hi: 1, Lo: 1}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := a.Add(b).Sub(b); got != a {
		t.Errorf("got %v, want %v", got, a)
	}
}

// The values are stored: they must not change from version to version.
func TestStoredValues(t *testing.T) {
	for want, got := range map[string]digest.Digest{
		"dcce4b5afe4834ce8cb8f3500059246b": digest.HashBytes([]byte("data"), 1, 2),
		"d0d66ae2837a0117026f21f9c50dcf1f": digest.HashWords(1, 2, 3),
		"00000000000000010000000000000002": {Hi: 1, Lo: 2},
	} {
		if got.String() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	text, err := json.Marshal(digest.Digest{Hi: 1, Lo: 2})
	if err != nil || string(text) != `{"Hi":1,"Lo":2}` {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestParse(t *testing.T) {
	for _, d := range []digest.Digest{{}, {Hi: 1, Lo: 2}, digest.HashWords(1)} {
		if got, err := digest.Parse(d.String()); got != d || err != nil {
			t.Errorf("got %v and error %v, want %v", got, err, d)
		}
	}
	for _, text := range []string{"", "0", "dcce4b5afe4834ce8cb8f3500059246b0", "dcce4b5afe4834ce8cb8f3500059246g"} {
		if _, err := digest.Parse(text); err == nil {
			t.Errorf("%q: got no error, want one", text)
		}
	}
}

func TestPlaceCounts(t *testing.T) {
	seen := map[digest.Digest]bool{}
	for a := range uint64(4) {
		for b := range uint64(4) {
			seen[digest.HashBytes(nil, a, b)] = true
		}
	}
	if len(seen) != 16 {
		t.Errorf("got %d digests of 16 places", len(seen))
	}
}
