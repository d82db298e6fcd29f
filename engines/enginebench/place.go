package enginebench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// place is a new directory that one engine lives in.
type place struct {
	above string
	env   engines.Env
}

func newPlace(dir string, needs engines.Needs) (place, error) {
	above, err := os.MkdirTemp(dir, "engine-*")
	if err != nil {
		return place{}, err
	}
	p := place{above: above, env: engines.Env{Dir: filepath.Join(above, "db")}}
	if needs == engines.NeedsFS {
		p.env.FS = afero.NewOsFs()
	}
	return p, os.Mkdir(p.env.Dir, 0o755)
}

func (p place) remove() error { return os.RemoveAll(p.above) }

// maker opens engines of one kind.
type maker[E io.Closer] struct {
	needs engines.Needs
	open  func(engines.Env) (E, error)
}

// task is what is done with one new engine.
type task[E io.Closer] struct {
	// prepare comes before the time is taken. It may be nil.
	prepare func(ctx context.Context, engine E) error
	// reopens has the engine closed and opened again after that.
	reopens bool
	// calls is how many calls are timed, and call makes the one numbered i, from 0 on. They
	// write or read entries together.
	calls, entries int
	call           func(ctx context.Context, engine E, i int) error
	// check returns an error unless the engine then shows what it must.
	check func(ctx context.Context, engine E) error
	// durable reports whether what the timed calls do is durable when they return.
	durable func(engine E) bool
}

// sample does t with a new engine below dir. A panic of the engine is an error.
func (m maker[E]) sample(ctx context.Context, dir string, t task[E]) (s Sample, err error) {
	p, err := newPlace(dir, m.needs)
	if err != nil {
		return s, err
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("the engine panicked: %v", panicked)
		}
		err = errors.Join(err, p.remove())
	}()
	prepare := func(engine E) error {
		if t.prepare == nil {
			return nil
		}
		return t.prepare(ctx, engine)
	}
	if t.reopens {
		if err := m.with(p, prepare); err != nil {
			return s, err
		}
		prepare = func(E) error { return nil }
	}
	err = m.with(p, func(engine E) error {
		if err := prepare(engine); err != nil {
			return err
		}
		s, err = t.take(ctx, engine)
		return err
	})
	return s, err
}

// with opens an engine in p, lets do use it, and closes it, also after a panic: its directory
// is removed next.
func (m maker[E]) with(p place, do func(engine E) error) (err error) {
	engine, err := m.open(p.env)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() {
		if closeErr := engine.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close: %w", closeErr)
		}
	}()
	return do(engine)
}

// take takes the times, and then sees what came of the calls.
func (t task[E]) take(ctx context.Context, engine E) (s Sample, err error) {
	s.Durable, s.Entries = t.durable(engine), t.entries
	s.Took, err = timed(t.calls, func(i int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return t.call(ctx, engine, i)
	})
	if err == nil {
		err = t.check(ctx, engine)
	}
	return s, err
}
