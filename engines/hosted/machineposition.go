package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

func (m *machine) LastApplied() engines.LogID {
	var answer MachineAnswer
	if !m.ask("last_applied", Request{}, &answer) {
		return engines.LogID{}
	}
	if answer.LastApplied == nil {
		panic(m.lacks("last_applied", "last_applied", "a position, 0 and 0 if nothing was applied"))
	}
	return engines.LogID(*answer.LastApplied)
}

func (m *machine) UpdateLastApplied(id engines.LogID) {
	m.ask("update_last_applied", Request{Index: &id.Index, Term: &id.Term}, nil)
}

func (m *machine) PersistLastApplied(ctx context.Context, id engines.LogID) error {
	return m.call(ctx, "persist_last_applied", Request{Index: &id.Index, Term: &id.Term}, nil)
}
