// Package machinestore makes state machines a kind of subject.
package machinestore

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models/machine"
	programs "github.com/ackproof/ackproof/scenarios/machine"
)

// Kind is that of state machines.
var Kind = &subject.Kind{
	Name: "state-machine", Shown: "state", Language: programs.Language, Stored: machine.Stored, Unopened: machine.Contract{},
	Beside: []string{besideName}, Restoring: restoring,
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
