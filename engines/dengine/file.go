package dengine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ackproof/ackproof/engines"
)

const (
	logName       = "log.data"
	hardStateName = "hard_state.bin"
)

// fileEngine is the file engine.
type fileEngine struct {
	log  *fileLog
	meta *fileMeta
}

// openFile opens the file engine in env, and makes its directory there. Nobody ever syncs a
// directory: a weakness.
func openFile(env engines.Env) (*fileEngine, error) {
	if err := env.FS.MkdirAll(env.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("dengine: open: %w", err)
	}
	f, err := env.FS.OpenFile(filepath.Join(env.Dir, logName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("dengine: open: %w", err)
	}
	e := &fileEngine{log: &fileLog{file: f}, meta: &fileMeta{fs: env.FS, path: filepath.Join(env.Dir, hardStateName)}}
	if err := errors.Join(e.log.load(), e.meta.load()); err != nil {
		return nil, fmt.Errorf("dengine: open: %w", errors.Join(err, f.Close()))
	}
	return e, nil
}

func (e *fileEngine) LogStore() engines.LogStore   { return e.log }
func (e *fileEngine) MetaStore() engines.MetaStore { return e.meta }

// Close syncs the log, as d-engine does where it drops an engine, and not the hard state.
func (e *fileEngine) Close() error {
	keep := func() error { return nil }
	sync := func() error { return errors.Join(e.log.file.Sync(), e.log.file.Close()) }
	return errors.Join(e.meta.close(keep), e.log.close(sync))
}
