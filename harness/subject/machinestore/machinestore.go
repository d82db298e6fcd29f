// Package machinestore makes state machines a kind of subject.
package machinestore

import (
	"context"
	"errors"
	"path"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	programs "github.com/ackproof/ackproof/scenarios/machine"
)

// Kind is that of state machines.
var Kind = &subject.Kind{
	Name: "state-machine", Shown: "state", Language: programs.Language, Stored: machine.Stored, Unopened: machine.Contract{},
	Beside: []string{besideName},
	Go: subject.Go{
		Imports:  []string{"github.com/ackproof/ackproof/engines"},
		Programs: "github.com/ackproof/ackproof/scenarios/machine",
		Factory:  "engines.MachineFactory", Store: "engines.StateMachine", Run: "harness.RunMachine",
	},
}

// Of returns the factory's machines as subjects. Each is started when it is opened.
func Of(f engines.MachineFactory) subject.Factory {
	out := subject.Factory{
		Kind: Kind, Name: f.Name, Needs: f.Needs, Program: f.Program, Machines: []engines.MachineFactory{f},
		Open: func(env engines.Env) (subject.Store, error) { return openIn(env, f.Open) },
		Connect: func(conn *hosted.Conn, dir string, here engines.Env, readOnly bool) (subject.Store, error) {
			m, err := conn.OpenMachine(dir, readOnly)
			if err != nil {
				return nil, err
			}
			return start(m, snapshotsOf(here, dir))
		},
		Server: func(before func(dir string)) *hosted.Server { return server(f, before) },
	}
	if f.OpenReadOnly != nil {
		out.OpenReadOnly = func(env engines.Env) (subject.Store, error) { return openIn(env, f.OpenReadOnly) }
	}
	return out
}

// store is an open machine as a subject.
type store struct {
	engines.StateMachine
	snapshots snapshots
}

func openIn(env engines.Env, with func(engines.Env) (engines.StateMachine, error)) (subject.Store, error) {
	m, err := with(env)
	if err != nil {
		return nil, err
	}
	return start(m, snapshotsOf(env, env.Dir))
}

func start(m engines.StateMachine, s snapshots) (subject.Store, error) {
	if err := m.Start(context.Background()); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return &store{m, s}, nil
}

func server(f engines.MachineFactory, before func(dir string)) *hosted.Server {
	return &hosted.Server{
		Name: f.Name, ReadOnly: f.OpenReadOnly != nil,
		OpenMachine: func(dir string, readOnly bool) (engines.StateMachine, error) {
			before(dir)
			if readOnly {
				return f.OpenReadOnly(engines.Env{Dir: dir})
			}
			return f.Open(engines.Env{Dir: dir})
		},
	}
}

// snapshotsOf returns where the snapshots of the machine in env are: beside it, as a Raft
// node keeps them. The machine sees its own directory as seen.
func snapshotsOf(env engines.Env, seen string) snapshots {
	fs := env.FS
	if fs == nil {
		fs = afero.NewOsFs()
	}
	return snapshots{fs: fs, dir: beside(env.Dir), seen: beside(seen)}
}

// besideName is the name of that directory, beside the machine's.
const besideName = "snapshots"

func beside(dir string) string { return path.Join(path.Dir(dir), besideName) }

// Contract returns what the machine is held to.
func (s *store) Contract() models.Contract { return machine.ContractOf(s.StateMachine) }
