// Package tiny is an engine in plain files, with a recovery of its own of which it is known what
// runs. The comments say it: "ran", "never ran", and "elsewhere" for what no recovery calls.
package tiny

import (
	"context"
	"errors"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
)

// Factory returns the engine.
func Factory(needs engines.Needs) engines.Factory {
	return engines.Factory{Name: "tiny", Needs: needs, Open: open}
}

func open(env engines.Env) (engines.StorageEngine, error) {
	if env.FS == nil {
		env.FS = afero.NewOsFs() // in a worker
	}
	names, err := afero.ReadDir(env.FS, env.Dir)
	if err != nil {
		return nil, err
	}
	for _, f := range names {
		switch f.Name() {
		case "no engine makes this":
			return nil, errors.New("never") // never ran
		default:
			note(opening) // ran
		}
	}
	if len(names) > 2 {
		note(opening) // ran
	}
	e, err := filelog.Factory(filelog.Options{}).Open(env)
	if err != nil {
		return nil, err
	}
	return engine{e}, nil // ran
}

type engine struct{ engines.StorageEngine }

func (e engine) LogStore() engines.LogStore { return store{e.StorageEngine.LogStore()} }

type store struct{ engines.LogStore }

func (s store) PersistEntries(ctx context.Context, batch []engines.Entry) error {
	note(persisting) // elsewhere
	return s.LogStore.PersistEntries(ctx, batch)
}

const opening, persisting = 1, 2

// note is called by recoveries and by calls.
func note(what int) int {
	if what == persisting {
		return what + 1 // never ran
	}
	return what // ran
}
