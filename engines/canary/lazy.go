package canary

import (
	"errors"
	"os"
)

// syncRecovered makes durable what was recovered lazily: the files, and their names.
func (e *plain) syncRecovered() error {
	if len(e.lazily) == 0 || e.plant == skipsLateSync {
		return nil
	}
	for _, name := range e.lazily {
		if err := e.syncFile(name); err != nil && !errors.Is(err, os.ErrNotExist) { // one is gone that was written anew
			return e.try(err)
		}
	}
	e.lazily = nil
	return e.try(e.syncDir())
}

func (e *plain) syncFile(name string) error {
	f, err := e.fs.Open(e.path(name))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
