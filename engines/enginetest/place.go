package enginetest

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// Place is where one engine lives through closes and opens.
type Place struct {
	factory engines.Factory
	newEnv  NewEnv
	env     engines.Env
	// pretend, unless nil, changes what the engine claims into what it is taken for.
	pretend func(*engines.Claims)
	// engine is nil after a close.
	engine engines.StorageEngine
	// progress is shared by the places of one case.
	progress *trial.Progress
}

// newPlace makes an empty place.
func newPlace(f engines.Factory, newEnv NewEnv) (*Place, error) {
	env, err := newEnv()
	return &Place{factory: f, newEnv: newEnv, env: env, progress: trial.NewProgress()}, err
}

// Engine returns the open engine.
func (p *Place) Engine() engines.StorageEngine { return p.engine }

// Progress is where the case is that runs here.
func (p *Place) Progress() *trial.Progress { return p.progress }

// Reopen closes the engine and opens it again.
func (p *Place) Reopen() error {
	if err := p.close(); err != nil {
		return err
	}
	return p.Open()
}

// without returns what the engine does not offer.
func (p *Place) without() engines.Without { return p.factory.Without }

// claims returns what the open engine promises.
func (p *Place) claims() engines.Claims {
	claims := engines.ClaimsOf(p.engine)
	if p.pretend != nil {
		p.pretend(&claims)
	}
	return claims
}

// keepsBoundary reports whether the open engine remembers its purge boundary.
func (p *Place) keepsBoundary() bool {
	return !p.without().Purge && engines.KeepsBoundary(p.engine)
}

// survives reports whether a reopen is bound to find anything.
func (p *Place) survives() bool { return !p.claims().Volatile }

// Open opens the engine.
func (p *Place) Open() error {
	p.progress.Note("open")
	engine, err := p.factory.Open(p.env)
	if err != nil {
		return fmt.Errorf("open: got error %w, want an engine", err)
	}
	if engine == nil || engine.LogStore() == nil || engine.MetaStore() == nil && !p.without().HardState {
		return fmt.Errorf("open: got a nil engine or store and no error")
	}
	p.engine = engine
	p.progress.Note("opened")
	return nil
}

func (p *Place) close() error {
	p.progress.Note("close")
	engine := p.engine
	p.engine = nil
	if err := engine.Close(); err != nil {
		return fmt.Errorf("close: got error %w, want none", err)
	}
	return nil
}

// Leave closes what is still open.
func (p *Place) Leave() error {
	if p.engine == nil {
		return nil
	}
	return p.close()
}
