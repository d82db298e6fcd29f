package machines

import (
	"context"
	"errors"
	"sync"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filemachine"
)

// sound is the machine below the plants.
type sound = engines.StateMachine

// broken is a machine of which some methods are planted; those that are nil are sound.
// Each gets the sound machine below it.
type broken struct {
	sound
	stop     func(context.Context, sound) error
	running  func(sound) bool
	apply    func(context.Context, sound, []engines.Entry) ([]engines.ApplyResult, error)
	get      func(context.Context, sound, []byte) ([]byte, bool, error)
	multi    func(context.Context, sound, [][]byte) ([][]byte, uint64, error)
	scan     func(context.Context, sound, []byte) ([]engines.KeyValue, uint64, error)
	term     func(sound, uint64) (uint64, bool)
	update   func(sound, engines.LogID)
	persist  func(context.Context, sound, engines.LogID) error
	metadata func(context.Context, sound, engines.SnapshotMetadata) error
	generate func(context.Context, sound, string, engines.LogID) (engines.Checksum, error)
	restore  func(context.Context, sound, engines.SnapshotMetadata, string) error
	reset    func(context.Context, sound) error
	flush    func(context.Context, sound) error
	shut     func(sound) error
	claims   func(sound) engines.MachineClaims
}

func (b broken) Stop(ctx context.Context) error {
	if b.stop == nil {
		return b.sound.Stop(ctx)
	}
	return b.stop(ctx, b.sound)
}

func (b broken) IsRunning() bool {
	if b.running == nil {
		return b.sound.IsRunning()
	}
	return b.running(b.sound)
}

func (b broken) ApplyChunk(ctx context.Context, entries []engines.Entry) ([]engines.ApplyResult, error) {
	if b.apply == nil {
		return b.sound.ApplyChunk(ctx, entries)
	}
	return b.apply(ctx, b.sound, entries)
}

func (b broken) Get(ctx context.Context, key []byte) ([]byte, bool, error) {
	if b.get == nil {
		return b.sound.Get(ctx, key)
	}
	return b.get(ctx, b.sound, key)
}

func (b broken) GetMulti(ctx context.Context, keys [][]byte) ([][]byte, uint64, error) {
	if b.multi == nil {
		return b.sound.GetMulti(ctx, keys)
	}
	return b.multi(ctx, b.sound, keys)
}

func (b broken) ScanPrefix(ctx context.Context, prefix []byte) ([]engines.KeyValue, uint64, error) {
	if b.scan == nil {
		return b.sound.ScanPrefix(ctx, prefix)
	}
	return b.scan(ctx, b.sound, prefix)
}

func (b broken) EntryTerm(index uint64) (uint64, bool) {
	if b.term == nil {
		return b.sound.EntryTerm(index)
	}
	return b.term(b.sound, index)
}

func (b broken) UpdateLastApplied(id engines.LogID) {
	if b.update == nil {
		b.sound.UpdateLastApplied(id)
		return
	}
	b.update(b.sound, id)
}

func (b broken) PersistLastApplied(ctx context.Context, id engines.LogID) error {
	if b.persist == nil {
		return b.sound.PersistLastApplied(ctx, id)
	}
	return b.persist(ctx, b.sound, id)
}

func (b broken) PersistSnapshotMetadata(ctx context.Context, m engines.SnapshotMetadata) error {
	if b.metadata == nil {
		return b.sound.PersistSnapshotMetadata(ctx, m)
	}
	return b.metadata(ctx, b.sound, m)
}

func (b broken) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (engines.Checksum, error) {
	if b.generate == nil {
		return b.sound.GenerateSnapshotData(ctx, path, last)
	}
	return b.generate(ctx, b.sound, path, last)
}

func (b broken) ApplySnapshotFromFile(ctx context.Context, m engines.SnapshotMetadata, path string) error {
	if b.restore == nil {
		return b.sound.ApplySnapshotFromFile(ctx, m, path)
	}
	return b.restore(ctx, b.sound, m, path)
}

func (b broken) Reset(ctx context.Context) error {
	if b.reset == nil {
		return b.sound.Reset(ctx)
	}
	return b.reset(ctx, b.sound)
}

func (b broken) Flush(ctx context.Context) error {
	if b.flush == nil {
		return b.sound.Flush(ctx)
	}
	return b.flush(ctx, b.sound)
}

func (b broken) Close() error {
	if b.shut == nil {
		return b.sound.Close()
	}
	return b.shut(b.sound)
}

func (b broken) MachineClaims() engines.MachineClaims {
	if b.claims == nil {
		return engines.MachineClaimsOf(b.sound)
	}
	return b.claims(b.sound)
}

// plant is one mistake in a machine.
type plant struct {
	name string
	// caughtBy are the cases that must fail.
	caughtBy []string
	// methods makes the planted methods anew for each open; nil plants none.
	methods func(fs afero.Fs) broken
	// opened changes a machine that was opened and started in a place that is not new.
	opened func(ctx context.Context, m sound) error
	// shared opens one machine for all places of a file system.
	shared bool
}

// factory returns the factory of machines with the mistake p.
func (p plant) factory() engines.MachineFactory {
	var mu sync.Mutex
	seen, only := map[engines.Env]bool{}, map[afero.Fs]sound{}
	files := filemachine.Factory(filemachine.Options{})
	return engines.MachineFactory{Name: p.name, Open: func(env engines.Env) (sound, error) {
		mu.Lock()
		defer mu.Unlock()
		if p.shared && only[env.FS] != nil {
			return only[env.FS], nil
		}
		m, err := files.Open(env)
		if err != nil {
			return nil, err
		}
		if ctx := context.Background(); p.opened != nil && seen[env] {
			err = errors.Join(m.Start(ctx), p.opened(ctx, m))
		}
		seen[env], only[env.FS] = true, m
		out := broken{}
		if p.methods != nil {
			out = p.methods(env.FS)
		}
		out.sound = m
		return out, err
	}}
}
