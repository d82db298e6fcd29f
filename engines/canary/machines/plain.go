package machines

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

// plain is a small state machine in files that any bug can be planted in. All is in memory
// as well; files are read by open only. Every opening begins a new file of records, and no
// file is written that another life of the machine wrote. One lock is held over all calls,
// fsyncs included, so that readers wait for these.
type plain struct {
	mode
	fs  afero.Fs
	dir string

	mu      sync.Mutex
	running bool
	// unusable is what every call returns after Close, or after a write or an fsync that
	// failed: nobody knows what the disk holds since.
	unusable error
	pairs    *machine.Memory
	// state is that of pairs, and stored what the file has of it: the former may have
	// moved on in memory.
	state, stored machine.State

	file afero.File
	// seed is the sum of the file's last record.
	seed uint32
	// unsynced: what is written is not known to be durable.
	unsynced bool
}

func (p *plain) path(name string) string { return filepath.Join(p.dir, name) }

// do runs a call unless nobody waits for it or the machine takes none.
func (p *plain) do(ctx context.Context, name string, call func() error) error {
	err := ctx.Err()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unusable != nil {
		err = p.unusable
	}
	if err == nil {
		err = call()
	}
	if err != nil {
		return fmt.Errorf("plain machine: %s: %w", name, err)
	}
	return nil
}

// serve is do for calls that only a machine that was started takes.
func (p *plain) serve(ctx context.Context, name string, call func() error) error {
	return p.do(ctx, name, func() error {
		if !p.running {
			return engines.ErrStopped
		}
		return call()
	})
}

// try notes that err, if it is one, makes the machine unusable. An fsync is not tried
// again: a second one may succeed although the kernel dropped the bytes.
func (p *plain) try(err error) error {
	if err != nil {
		p.unusable = fmt.Errorf("stopped after a failed write: %w", err)
	}
	return err
}
