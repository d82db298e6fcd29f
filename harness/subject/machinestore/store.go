package machinestore

import (
	"context"
	"errors"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
)

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

// Contract returns what the machine is held to.
func (s *store) Contract() models.Contract { return machine.ContractOf(s.StateMachine) }
