package enginetest

import (
	"fmt"
	"os"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// Place is where one engine lives through closes and opens.
type Place struct {
	factory engines.Factory
	tempDir string
	env     engines.Env
	// engine is nil after a close.
	engine engines.StorageEngine
	// progress is shared by the places of one case.
	progress *progress
}

// newPlace makes an empty place of the kind that f needs, below tempDir if that
// is a real directory.
func newPlace(f engines.Factory, tempDir string) (*Place, error) {
	place := &Place{factory: f, tempDir: tempDir, env: engines.Env{FS: afero.NewMemMapFs(), Dir: "/db"}, progress: &progress{}}
	place.progress.note("the start")
	if f.Needs == engines.NeedsDir {
		dir, err := os.MkdirTemp(tempDir, "db")
		place.env = engines.Env{Dir: dir}
		return place, err
	}
	return place, place.env.FS.Mkdir(place.env.Dir, 0o755)
}

// Engine returns the open engine.
func (p *Place) Engine() engines.StorageEngine { return p.engine }

// Reopen closes the engine and opens it again.
func (p *Place) Reopen() error {
	if err := p.close(); err != nil {
		return err
	}
	return p.open()
}

// without returns what the engine does not offer.
func (p *Place) without() engines.Without { return p.factory.Without }

// claims returns what the open engine promises.
func (p *Place) claims() engines.Claims { return engines.ClaimsOf(p.engine) }

// keepsBoundary reports whether the open engine remembers its purge boundary.
func (p *Place) keepsBoundary() bool {
	return !p.without().Purge && engines.KeepsBoundary(p.engine)
}

// survives reports whether a reopen is bound to find anything.
func (p *Place) survives() bool { return !p.claims().Volatile }

func (p *Place) open() error {
	p.progress.note("open")
	engine, err := p.factory.Open(p.env)
	if err != nil {
		return fmt.Errorf("open: got error %w, want an engine", err)
	}
	if engine == nil || engine.LogStore() == nil || engine.MetaStore() == nil && !p.without().HardState {
		return fmt.Errorf("open: got a nil engine or store and no error")
	}
	p.engine = engine
	p.progress.note("opened")
	return nil
}

func (p *Place) close() error {
	p.progress.note("close")
	engine := p.engine
	p.engine = nil
	if err := engine.Close(); err != nil {
		return fmt.Errorf("close: got error %w, want none", err)
	}
	return nil
}

// leave closes what is still open.
func (p *Place) leave() error {
	if p.engine == nil {
		return nil
	}
	return p.close()
}
