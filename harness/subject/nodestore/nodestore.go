// Package nodestore makes a log and a state machine together a kind of subject: the storage
// of a Raft node.
package nodestore

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/node"
	"github.com/ackproof/ackproof/models/raftlog"
	programs "github.com/ackproof/ackproof/scenarios/node"
)

// Kind is that of nodes.
var Kind = &subject.Kind{
	Name: "node", Shown: "node", Language: programs.Language, Stored: node.Stored, Unopened: node.Contract{},
	Go: subject.Go{
		Imports:  []string{"github.com/ackproof/ackproof/engines", "github.com/ackproof/ackproof/harness/subject"},
		Programs: "github.com/ackproof/ackproof/scenarios/node",
		Factory:  "subject.Factory", Store: "subject.Store", Run: "harness.RunSubject",
	},
}

// Of returns a log and a state machine as one subject. In its directory the log has log, the
// machine has machine, and snapshots are in snapshots. Both parts run in this process: one
// that is a program of its own is refused when it is opened.
func Of(name string, log engines.Factory, machines engines.MachineFactory) subject.Factory {
	parts := [...]subject.Factory{logstore.Of(log), machinestore.Of(machines)}
	out := subject.Factory{
		Kind: Kind, Name: name, Needs: max(log.Needs, machines.Needs),
		Logs: []engines.Factory{log}, Machines: []engines.MachineFactory{machines},
		Open: func(env engines.Env) (subject.Store, error) {
			if log.Program != nil || machines.Program != nil {
				return nil, errors.New("got a part that is a program of its own, want one that opens in this process")
			}
			if err := makeDirs(env); err != nil {
				return nil, fmt.Errorf("make the directories of a node: %w", err)
			}
			return open(env, parts[0].Open, parts[1].Open)
		},
		Limited: func(l engines.Limits) subject.Factory {
			log := log
			log.Limits = log.Limits.And(l)
			return Of(name, log, machines)
		},
	}
	if parts[0].OpenReadOnly != nil && parts[1].OpenReadOnly != nil {
		out.OpenReadOnly = func(env engines.Env) (subject.Store, error) {
			return open(env, parts[0].OpenReadOnly, parts[1].OpenReadOnly)
		}
	}
	return out
}

// store is both parts, open.
type store struct{ log, machine subject.Store }

type opener func(engines.Env) (subject.Store, error)

func open(env engines.Env, log, machines opener) (subject.Store, error) {
	var s store
	var err error
	if s.log, err = log(engines.Env{FS: env.FS, Dir: path.Join(env.Dir, logDir)}); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	if s.machine, err = machines(engines.Env{FS: env.FS, Dir: path.Join(env.Dir, machineDir)}); err != nil {
		return nil, errors.Join(fmt.Errorf("machine: %w", err), s.log.Close())
	}
	return &s, nil
}

// Call makes a call of the part that op is of.
func (s *store) Call(ctx context.Context, op models.Op, input any) (answer any, err error) {
	var out node.Answer
	if o := op.(*node.Op); o.Log != nil {
		answer, err = s.log.Call(ctx, o.Log, input)
		out.Log, _ = answer.(*raftlog.Answer)
	} else {
		answer, err = s.machine.Call(ctx, o.Machine, input)
		out.Machine, _ = answer.(*machine.Answer)
	}
	if answer == nil {
		return nil, err
	}
	return &out, err
}

// Show reads everything of both parts.
func (s *store) Show(ctx context.Context) (models.View, error) {
	log, err := s.log.Show(ctx)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	machines, err := s.machine.Show(ctx)
	if err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	return &node.View{Log: *log.(*raftlog.View), Machine: *machines.(*machine.View)}, nil
}

// Probe appends an entry to the log, and applies one to the machine.
func (s *store) Probe(ctx context.Context, v models.View) (models.Probe, error) {
	shown := v.(*node.View)
	log, err := s.log.Probe(ctx, &shown.Log)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	machines, err := s.machine.Probe(ctx, &shown.Machine)
	if err != nil {
		return nil, fmt.Errorf("machine: %w", err)
	}
	return &node.Probe{Log: *log.(*raftlog.Probe), Machine: *machines.(*machine.Probe)}, nil
}

// Contract returns what both parts are held to.
func (s *store) Contract() models.Contract {
	return node.Contract{Log: s.log.Contract().(raftlog.Contract), Machine: s.machine.Contract().(machine.Contract)}
}

// Close closes both parts.
func (s *store) Close() error { return errors.Join(s.machine.Close(), s.log.Close()) }
