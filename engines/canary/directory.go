package canary

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// makeDir makes the directory unless it is there, and its name durable: who made it may have been
// killed before that.
func (e *plain) makeDir() error {
	err := e.fs.Mkdir(e.dir, 0o755)
	found := errors.Is(err, fs.ErrExist)
	if err != nil && !found {
		return err
	}
	if found && e.plant == trustsDirName {
		return nil // as directory-name-trusted does; no place in a journal is to blame
	}
	d, err := e.fs.Open(filepath.Dir(e.dir))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
