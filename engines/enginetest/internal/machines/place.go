package machines

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// Place is where one state machine lives through closes and opens, with its snapshots.
type Place struct {
	// Factory makes the machine, and Env is an empty place for it.
	Factory engines.MachineFactory
	Env     engines.Env
	// OwnForm is for machines whose snapshots no other kind of machine reads.
	OwnForm bool
	// Volatile has the machine be taken for one in which nothing survives.
	Volatile bool

	progress *trial.Progress
	// machine is nil after a close.
	machine engines.StateMachine
	// snapshots are the metadata of those that were generated, by their files' names.
	snapshots map[string]engines.SnapshotMetadata
}

// NewPlace returns the place of a machine of f in env, which is empty.
func NewPlace(f engines.MachineFactory, env engines.Env, ownForm bool) *Place {
	return &Place{Factory: f, Env: env, OwnForm: ownForm, progress: trial.NewProgress(), snapshots: map[string]engines.SnapshotMetadata{}}
}

// Machine returns the open machine.
func (p *Place) Machine() engines.StateMachine { return p.machine }

// Progress is where the case is that runs here.
func (p *Place) Progress() *trial.Progress { return p.progress }

// Open opens the machine and starts it.
func (p *Place) Open() error {
	p.progress.Note("open")
	machine, err := p.Factory.Open(p.Env)
	if err != nil {
		return fmt.Errorf("open: got error %w, want a state machine", err)
	}
	if machine == nil {
		return errors.New("open: got a nil state machine and no error")
	}
	p.machine = machine
	p.progress.Note("start")
	if err := machine.Start(context.Background()); err != nil {
		return fmt.Errorf("start: got error %w, want none", err)
	}
	p.progress.Note("started")
	return nil
}

func (p *Place) close() error {
	p.progress.Note("close")
	machine := p.machine
	p.machine = nil
	if err := machine.Close(); err != nil {
		return fmt.Errorf("close: got error %w, want none", err)
	}
	return nil
}

// Leave closes what is still open.
func (p *Place) Leave() error {
	if p.machine == nil {
		return nil
	}
	return p.close()
}

func (p *Place) reopen() error {
	if err := p.close(); err != nil {
		return err
	}
	return p.Open()
}

// survives reports whether a reopen is bound to find anything.
func (p *Place) survives() bool {
	return !p.Volatile && !engines.MachineClaimsOf(p.machine).Volatile
}

// another returns the place of another machine: one in memory, unless snapshots have a form
// of their own.
func (p *Place) another() (*Place, error) {
	other, err := p.beside("-other")
	if !p.OwnForm {
		other.Factory = engines.MachineFactory{Open: func(env engines.Env) (engines.StateMachine, error) { return memmachine.New(env.FS), nil }}
	}
	return other, err
}

// beside returns the empty place of another machine of the same kind, on the same file system.
func (p *Place) beside(suffix string) (*Place, error) {
	other := NewPlace(p.Factory, engines.Env{FS: p.Env.FS, Dir: p.Env.Dir + suffix}, p.OwnForm)
	other.progress = p.progress
	return other, p.fs().MkdirAll(other.Env.Dir, 0o755)
}

// fs holds the files of snapshots.
func (p *Place) fs() afero.Fs {
	if p.Env.FS == nil {
		return afero.NewOsFs()
	}
	return p.Env.FS
}

// path returns the path of a snapshot: beside the machine's own files.
func (p *Place) path(name string) string { return filepath.Join(p.Env.Dir, "snapshots", name) }
