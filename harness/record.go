package harness

import (
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/scenarios"
)

// Record runs the program on the engine and returns what happened, with the
// stacks of all who changed the disk. An engine that makes no store for the program
// to begin on has failed; what happened is the making then. An error says that the environment failed,
// not the engine.
func RecordSubject(f subject.Factory, c Config, program scenarios.Program) (out *Recording, err error) {
	defer host.Guard(&err)
	c = c.resolved()
	if f, err = c.opened(f); err != nil {
		return nil, err
	}
	h, err := host.New(f, c.options(""))
	if err != nil {
		return nil, err
	}
	defer h.Close()
	var made *store
	if !program.FirstOpen() {
		if made, out, err = makeStore(h, c.Profile); made == nil || err != nil {
			return out, err
		}
	}
	life, err := made.first(f.Kind, c.Profile, program)
	if err != nil {
		return nil, err
	}
	return record(h, true, life, program)
}
