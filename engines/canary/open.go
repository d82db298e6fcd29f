package canary

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// factory returns the factory of engines with mode m.
func (m mode) factory() engines.Factory {
	name := "plain"
	switch {
	case m.buffered:
		name += "-buffered"
	case m.loose:
		name += "-loose"
	case m.modest:
		name += "-modest"
	case m.splits:
		name += "-splits"
	case m.keeps:
		name += "-keeps"
	case m.gaps:
		name += "-gaps"
	}
	switch {
	case m.closing:
		name += "-closing"
	case m.reading:
		name += "-reading"
	case m.large:
		name += "-large"
	case m.lazy:
		name += "-lazy"
	case m.makes:
		name += "-makes"
	}
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e := &plain{mode: m, fs: env.FS, dir: env.Dir}
		if err := errors.Join(e.recover(), e.leave()); err != nil {
			return nil, errors.Join(fmt.Errorf("plain: open: %w", err), e.release())
		}
		return e, nil
	}}
}

// leave has the engine take what no close will give back: nothing, unless that is a bug.
func (e *plain) leave() error {
	var err error
	switch e.plant {
	case leavesWatcher:
		go watch(make(chan struct{})) // plant: watcher-outlives-close
	case keepsLockFile:
		_, err = e.fs.Create(e.path("LOCK")) // plant: lock-file-kept
	case leavesScratch:
		err = afero.WriteFile(e.fs, e.dir+".scratch", []byte("scratch"), 0o600) // plant: scratch-file-left
	}
	return err
}

// watch waits for work until the channel is closed.
func watch(work <-chan struct{}) {
	for range work {
	}
}

func (e *plain) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return fmt.Errorf("plain: close: %w", engines.ErrClosed)
	}
	e.closed = true
	var err error
	if e.hard.delayed && e.broken == nil {
		err = e.storeHardState(e.hard.value)
	}
	if e.closing && e.plant != skipsCloseSync {
		err = cmp.Or(e.broken, errors.Join(err, e.syncTail()))
	}
	return errors.Join(err, e.release())
}
