package nodestore

import (
	"errors"
	"io/fs"
	"path"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// The parts' directories in that of the node.
const (
	logDir     = "log"
	machineDir = "machine"
)

// makeDirs makes the parts' directories and their names durable, as a node does before it
// opens its parts: these are then where an engine expects to be. The node's own directory
// must be there. Names that an open before made may not be durable, if it ended early, so
// they are synced each time.
func makeDirs(env engines.Env) (err error) {
	disk := env.FS
	if disk == nil {
		disk = afero.NewOsFs()
	}
	for _, name := range []string{logDir, machineDir} {
		if err := disk.Mkdir(path.Join(env.Dir, name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	dir, err := disk.Open(env.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return dir.Sync()
}
