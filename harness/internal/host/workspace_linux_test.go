package host

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
)

// TestEachImageHasAPathOfItsOwn holds many images in a ring, as many at a time as it is
// made for. No path may come twice, and none may go while its image is in use.
func TestEachImageHasAPathOfItsOwn(t *testing.T) {
	for _, n := range []int{1, perShelf, perShelf + 1, 4 * perShelf} {
		t.Run(fmt.Sprint(n, " under way"), func(t *testing.T) {
			dir, root, handle := inMemory(t)
			r := newRing(n, func(i int) *shelf {
				return &shelf{root: root, fd: int(handle.Fd()), prefix: fmt.Sprintf("s%d.", i), seen: dir}
			})
			t.Cleanup(r.close)
			d := faultfs.NewDisk(faultfs.Config{})
			must(t, d.MkdirAll(EngineDir, 0o755))
			met := map[string]bool{}
			hold := func(w *workspace, content string) (path string) {
				must(t, afero.WriteFile(d, EngineDir+"/f", []byte(content), 0o644))
				path = w.hold(d.Image())
				if met[path] {
					t.Fatalf("%s held an image before", path)
				}
				met[path] = true
				return path
			}
			type use struct{ path, content string }
			var underWay []use
			for i := range 5 * len(r.all) {
				if len(underWay) == n {
					underWay = slices.Delete(underWay, 0, 1)
				}
				content := fmt.Sprint("content ", i)
				underWay = append(underWay, use{hold(r.next(), content), content})
				hold(r.alone(), content)
				for _, u := range underWay {
					if got, err := os.ReadFile(u.path + "/f"); string(got) != u.content {
						t.Fatalf("got %q and error %v, want %q", got, err, u.content)
					}
				}
			}
		})
	}
}
