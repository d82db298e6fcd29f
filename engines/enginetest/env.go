package enginetest

import (
	"os"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// NewEnv makes an empty place for an engine. It is called for each case, and may be called
// from several goroutines.
type NewEnv func() (engines.Env, error)

// InMemory makes places on file systems in memory, of which each has one.
func InMemory() (engines.Env, error) { return In(afero.NewMemMapFs()) }

// In makes a place on fs.
func In(fs afero.Fs) (engines.Env, error) {
	const dir = "/db"
	return engines.Env{FS: fs, Dir: dir}, fs.Mkdir(dir, 0o755)
}

// OnDirectories returns what makes real directories below tempDir, for engines with such
// needs.
func OnDirectories(needs engines.Needs, tempDir string) NewEnv {
	return func() (engines.Env, error) {
		dir, err := os.MkdirTemp(tempDir, "db")
		if needs == engines.NeedsDir {
			return engines.Env{Dir: dir}, err
		}
		return engines.Env{FS: afero.NewOsFs(), Dir: dir}, err
	}
}

// usual returns what makes places that an engine with such needs runs best in.
func usual(needs engines.Needs, tempDir string) NewEnv {
	if needs == engines.NeedsDir {
		return OnDirectories(needs, tempDir)
	}
	return InMemory
}
