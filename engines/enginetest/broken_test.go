package enginetest

import (
	"context"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// store is the whole of what memlog's log can do.
type store interface {
	engines.LogStore
	engines.RangeReplacer
	engines.PurgeBoundaryLoader
}

// hooks is a log of which some methods are planted; those that are nil are sound.
// Each gets the sound log below it.
type hooks struct {
	store
	persist  func(context.Context, store, []engines.Entry) error
	replace  func(context.Context, store, uint64, []engines.Entry) error
	truncate func(context.Context, store, uint64) error
	purge    func(context.Context, store, engines.LogID) error
	reset    func(context.Context, store) error
	flush    func(context.Context, store) error
	entry    func(context.Context, store, uint64) (engines.Entry, bool, error)
	ranged   func(context.Context, store, uint64, uint64) ([]engines.Entry, error)
	last     func(store) uint64
	boundary func(context.Context, store) (engines.LogID, bool, error)
}

func (h hooks) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if h.persist == nil {
		return h.store.PersistEntries(ctx, entries)
	}
	return h.persist(ctx, h.store, entries)
}

func (h hooks) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if h.replace == nil {
		return h.store.ReplaceRange(ctx, from, entries)
	}
	return h.replace(ctx, h.store, from, entries)
}

func (h hooks) Truncate(ctx context.Context, from uint64) error {
	if h.truncate == nil {
		return h.store.Truncate(ctx, from)
	}
	return h.truncate(ctx, h.store, from)
}

func (h hooks) Purge(ctx context.Context, cutoff engines.LogID) error {
	if h.purge == nil {
		return h.store.Purge(ctx, cutoff)
	}
	return h.purge(ctx, h.store, cutoff)
}

func (h hooks) Reset(ctx context.Context) error {
	if h.reset == nil {
		return h.store.Reset(ctx)
	}
	return h.reset(ctx, h.store)
}

func (h hooks) Flush(ctx context.Context) error {
	if h.flush == nil {
		return h.store.Flush(ctx)
	}
	return h.flush(ctx, h.store)
}

func (h hooks) Entry(ctx context.Context, index uint64) (engines.Entry, bool, error) {
	if h.entry == nil {
		return h.store.Entry(ctx, index)
	}
	return h.entry(ctx, h.store, index)
}

func (h hooks) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if h.ranged == nil {
		return h.store.GetEntries(ctx, first, last)
	}
	return h.ranged(ctx, h.store, first, last)
}

func (h hooks) LastIndex() uint64 {
	if h.last == nil {
		return h.store.LastIndex()
	}
	return h.last(h.store)
}

func (h hooks) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	if h.boundary == nil {
		return h.store.LoadPurgeBoundary(ctx)
	}
	return h.boundary(ctx, h.store)
}

// metaHooks is a hard state of which the loading or saving is planted.
type metaHooks struct {
	engines.MetaStore
	save func(context.Context, engines.MetaStore, engines.HardState) error
	load func(context.Context, engines.MetaStore) (engines.HardState, bool, error)
}

func (h metaHooks) SaveHardState(ctx context.Context, state engines.HardState) error {
	if h.save == nil {
		return h.MetaStore.SaveHardState(ctx, state)
	}
	return h.save(ctx, h.MetaStore, state)
}

func (h metaHooks) LoadHardState(ctx context.Context) (engines.HardState, bool, error) {
	if h.load == nil {
		return h.MetaStore.LoadHardState(ctx)
	}
	return h.load(ctx, h.MetaStore)
}

// plant is one mistake in an engine.
type plant struct {
	name string
	// caughtBy are the cases that must fail.
	caughtBy []string
	// log makes the hooks anew for each open.
	log  func() hooks
	meta metaHooks
	// kept changes what a close leaves for the next open.
	kept func(*view)
	// claims changes what the engine says, with what its log holds then.
	claims func(engines.LogStore) engines.Claims
	// stays keeps a closed engine in use.
	stays bool
	// shared opens one engine for all places.
	shared bool
}

// shelf is where memlog's contents lie between a close and the next open, so
// that a sound engine on it keeps what it acknowledged.
type shelf struct {
	mu   sync.Mutex
	kept map[afero.Fs]view
	// only is the engine of all places, for the plant that shares one.
	only engines.StorageEngine
}

// factory returns the factory of engines with the mistake p.
func (p plant) factory() engines.Factory {
	shelf := &shelf{kept: map[afero.Fs]view{}}
	return engines.Factory{Name: p.name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		shelf.mu.Lock()
		defer shelf.mu.Unlock()
		if p.shared && shelf.only != nil {
			return shelf.only, nil
		}
		inner := memlog.New()
		if v, ok := shelf.kept[env.FS]; ok {
			if err := restore(inner, v); err != nil {
				return nil, err
			}
		}
		planted := &brokenEngine{StorageEngine: inner, plant: p, shelf: shelf, place: env.FS}
		if p.log != nil {
			planted.log = p.log()
		}
		planted.log.store = inner.LogStore().(store)
		planted.meta = p.meta
		planted.meta.MetaStore = inner.MetaStore()
		shelf.only = planted
		return planted, nil
	}}
}

func restore(inner engines.StorageEngine, v view) error {
	ctx := context.Background()
	if v.hasHard {
		if err := inner.MetaStore().SaveHardState(ctx, v.hardState); err != nil {
			return err
		}
	}
	if err := inner.LogStore().Purge(ctx, v.boundary); err != nil {
		return err
	}
	return inner.LogStore().PersistEntries(ctx, v.entries)
}

type brokenEngine struct {
	engines.StorageEngine
	plant plant
	shelf *shelf
	place afero.Fs
	log   hooks
	meta  metaHooks
}

func (e *brokenEngine) LogStore() engines.LogStore   { return e.log }
func (e *brokenEngine) MetaStore() engines.MetaStore { return e.meta }

func (e *brokenEngine) Claims() engines.Claims {
	if e.plant.claims != nil {
		return e.plant.claims(e.log)
	}
	return engines.Claims{AtomicReplace: true}
}

func (e *brokenEngine) Close() error {
	v, err := see(context.Background(), &Place{engine: e.StorageEngine})
	if err != nil {
		return err
	}
	if e.plant.kept != nil {
		e.plant.kept(&v)
	}
	e.shelf.mu.Lock()
	defer e.shelf.mu.Unlock()
	e.shelf.kept[e.place] = v
	if e.plant.stays {
		return nil
	}
	return e.StorageEngine.Close()
}
