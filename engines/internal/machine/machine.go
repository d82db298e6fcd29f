package machine

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// Config says what is particular to a machine.
type Config struct {
	// Name is the machine's package, with which errors begin.
	Name string
	// Claims are what the machine promises. Those of them that a call is durable on
	// return decide whether it is.
	Claims engines.MachineClaims
	// FS holds the files of snapshots; nil is the operating system's file system.
	FS afero.Fs
}

// Machine is a state machine on a Store. After a failed write or sync it is stopped for
// good: nobody knows what the store holds until it is opened again.
type Machine struct {
	config Config
	store  Store

	// changing is held by one change at a time, over its fsyncs too.
	changing sync.Mutex
	// unsynced: what is written is not known to be durable. changing guards it.
	unsynced bool
	// stored is the state that the store has; that of the machine may have moved on in
	// memory. changing guards it.
	stored State

	// mu guards those below, and is held over a store's show: so who reads sees pairs and
	// the position that belongs to them. No fsync is waited for with it. Who changes them
	// holds changing too, so who holds that may read them.
	mu      sync.RWMutex
	state   State
	running bool
	// unusable is what every call returns after Close or a failed write.
	unusable error
}

var (
	_ engines.StateMachine   = (*Machine)(nil)
	_ engines.MachineClaimer = (*Machine)(nil)
)

// Open returns the machine on store, which holds state durably.
func Open(store Store, state State, config Config) *Machine {
	if config.FS == nil {
		config.FS = afero.NewOsFs()
	}
	return &Machine{config: config, store: store, state: state, stored: state}
}

// MachineClaims returns what the machine promises.
func (m *Machine) MachineClaims() engines.MachineClaims { return m.config.Claims }

// Start makes the machine serve.
func (m *Machine) Start(ctx context.Context) error {
	return m.change(ctx, "start", func() error {
		m.setRunning(true)
		return nil
	})
}

// Stop ends serving, and makes all that was done durable, so also what moved on in memory
// since an earlier Stop.
func (m *Machine) Stop(ctx context.Context) error {
	return m.change(ctx, "stop", func() error {
		m.setRunning(false)
		return m.settle()
	})
}

// IsRunning reports whether the machine serves.
func (m *Machine) IsRunning() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.running
}

func (m *Machine) setRunning(running bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = running
}

// Close makes all that was done durable and releases the store. After a failed write it
// says so again, as it can promise nothing.
func (m *Machine) Close() error {
	m.changing.Lock()
	defer m.changing.Unlock()
	err := m.usable(context.Background())
	if !errors.Is(err, engines.ErrClosed) {
		if err == nil {
			err = m.settle()
		}
		err = errors.Join(err, m.store.Close())
		m.mu.Lock()
		m.unusable, m.running = engines.ErrClosed, false
		m.mu.Unlock()
	}
	return m.named("close", err)
}

// change lets do change the machine, one at a time.
func (m *Machine) change(ctx context.Context, call string, do func() error) error {
	m.changing.Lock()
	defer m.changing.Unlock()
	err := m.usable(ctx)
	if err == nil {
		err = do()
	}
	return m.named(call, err)
}

// serve is change for calls that only a machine that was started takes.
func (m *Machine) serve(ctx context.Context, call string, do func() error) error {
	return m.change(ctx, call, func() error {
		if !m.IsRunning() {
			return engines.ErrStopped
		}
		return do()
	})
}

// usable returns why a call is refused, if it is.
func (m *Machine) usable(ctx context.Context) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.refusal(ctx)
}

// refusal returns why a call is refused, if it is: it comes after Close or a failed write,
// or nobody waits for it any more. The caller holds m.mu.
func (m *Machine) refusal(ctx context.Context) error {
	if m.unusable != nil {
		return m.unusable
	}
	return ctx.Err()
}

// named returns err as the error of a call, nil if there is none.
func (m *Machine) named(call string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %s: %w", m.config.Name, call, err)
}

// settle makes all durable, and what moved on in memory too. The caller holds m.changing.
func (m *Machine) settle() error { return m.commit(Change{State: m.state}, true) }

// commit makes c, if it changes anything, and all that was written durable if durable says
// so. The caller holds m.changing.
func (m *Machine) commit(c Change, durable bool) error {
	if c.Replace || len(c.Pairs) > 0 || c.State != m.stored {
		if err := m.write(c); err != nil {
			return err
		}
	}
	if !durable || !m.unsynced {
		return nil
	}
	if err := m.store.Sync(); err != nil {
		return m.fail(err)
	}
	m.unsynced = false
	return nil
}

func (m *Machine) write(c Change) error {
	show, err := m.store.Write(c)
	if errors.Is(err, engines.ErrInvalid) {
		return err
	}
	if err != nil {
		return m.fail(err)
	}
	m.mu.Lock()
	if err = show(); err == nil {
		m.state = c.State
	}
	m.mu.Unlock()
	if err != nil {
		return m.fail(err)
	}
	m.stored, m.unsynced = c.State, true
	return nil
}

// fail stops the machine for good: a repeated sync may succeed although the kernel dropped
// the bytes.
func (m *Machine) fail(err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unusable = fmt.Errorf("stopped after a failed write, open it again to see what is stored: %w", err)
	return m.unusable
}
