package host

import (
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// Usage measures what the disk holds as if nothing could be lost, wherever the engine runs:
// the disk of a worker is in this process.
func (m *machine) Usage() *models.Usage { return usageOf(m.disk.Image(), EngineDir) }

// usageOf returns what is below a directory.
func usageOf(image *faultfs.Image, dir string) *models.Usage {
	out := &models.Usage{}
	counted := map[any]bool{}
	for _, f := range image.Files() {
		name, below := strings.CutPrefix(f.Path, dir+"/")
		if !below {
			continue
		}
		out.Files++
		out.Names = append(out.Names, name)
		if !f.IsDir && !counted[f.Ino] {
			counted[f.Ino] = true
			out.Bytes += f.SizeBytes
			if f.SizeBytes > out.LargestBytes {
				out.Largest, out.LargestBytes = name, f.SizeBytes
			}
		}
	}
	slices.Sort(out.Names)
	out.Names = out.Names[:min(len(out.Names), models.UsageNamesMax)]
	return out
}
