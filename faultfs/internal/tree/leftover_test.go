package tree_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/spf13/afero"
)

// of returns an image with the files of a text, "log=aab" being three sectors of "a", "a"
// and "b"; a dot is a sector of zeros.
func of(t *testing.T, text string) *faultfs.Image {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	for file := range strings.FieldsSeq(text) {
		name, sectors, _ := strings.Cut(file, "=")
		var data []byte
		for _, c := range []byte(sectors) {
			if c == '.' {
				c = 0
			}
			data = append(data, slices.Repeat([]byte{c}, 512)...)
		}
		if err := afero.WriteFile(d, "/"+name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return d.Image()
}

func TestLeftover(t *testing.T) {
	far := strings.Repeat(".", 200) // beyond the first run of pages
	for _, test := range []struct {
		image, kept, lost string
		want              tree.Leftover
	}{
		{"log=ab", "log=ab", "log=", 0},
		{"log=", "log=ab", "log=", 0},
		{"log=a", "log=ab", "log=", 0},
		{"log=.b", "log=ab", "log=..", tree.LeftBehind},
		{"log=a.c", "log=abc", "log=...", tree.LeftBehind},
		{"log=a..", "log=abc", "log=...", 0},
		{"log=a..", "log=abc", "log=", tree.LeftLonger},
		{"log=abc", "log=a", "log=abc", tree.LeftLonger},
		{"log=x..", "log=a..", "log=...", tree.LeftMixed},
		{"log=x.c", "log=abc", "log=...", tree.LeftMixed | tree.LeftBehind},
		{"log=a new=a", "log=a", "new=a", tree.LeftName},
		{"log=a", "log=a", "", 0},
		{"log=" + far + "a", "log=" + far + "a", "log=" + far + ".", 0},
		{"log=." + far + "b", "log=a" + far + "b", "log=." + far + ".", tree.LeftBehind},
		{"log=ab hard=.b", "log=ab hard=ab", "log= hard=..", tree.LeftBehind},
	} {
		if got := of(t, test.image).Leftover(of(t, test.kept), of(t, test.lost)); got != test.want {
			t.Errorf("%q of %q and %q: got %04b, want %04b", test.image, test.kept, test.lost, got, test.want)
		}
	}
}
