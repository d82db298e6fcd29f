package machines_test

import (
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
)

// Openings without a close leave one file more each where the plant is, and none in a twin.
func TestFilesPileUp(t *testing.T) {
	shown := 0
	for _, c := range machines.All() {
		if c.Property != "space-reclaimed" {
			continue
		}
		shown++
		for f, want := range map[*engines.MachineFactory]int{new(c.Factory()): 20, new(c.Twin()): 1} {
			fs := newFS(t)
			for range 20 {
				_, err := f.Open(engines.Env{FS: fs, Dir: dir})
				must(t, err)
			}
			infos, err := afero.ReadDir(fs, dir)
			must(t, err)
			if len(infos) != want {
				t.Errorf("%s: got %d files after 20 openings, want %d", f.Name, len(infos), want)
			}
		}
	}
	if shown == 0 {
		t.Error("no canary lets files pile up")
	}
}
