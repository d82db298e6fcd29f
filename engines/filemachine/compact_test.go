package filemachine

import (
	"fmt"
	"testing"

	"github.com/spf13/afero"
)

// A file stays small while the state does, and each that takes its place has its own number.
func TestCompaction(t *testing.T) {
	for _, opts := range both {
		fs := afero.NewMemMapFs()
		opts.FS = fs
		m := openOn(t, opts)
		numbers := map[uint64]bool{}
		for index := uint64(1); index <= 200; index++ {
			applyTo(t, m, puts(index, 100, fmt.Sprint(index%3)))
			data := fileOf(t, fs)
			number, _, err := parseHead(data)
			must(t, err)
			numbers[number] = true
			// The state takes 400 bytes, as does a record less.
			if sizeMax := 400 + max(900, 3*400) + 400; len(data) > sizeMax {
				t.Fatalf("after %d puts the file has %d bytes, want at most %d", index, len(data), sizeMax)
			}
		}
		if len(numbers) < 15 || !numbers[uint64(len(numbers))] {
			t.Errorf("got file numbers %v, want all from 1 on, and many", numbers)
		}
		want := show(t, m)
		must(t, m.Close())
		if got, err := recovered(fs); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}
