package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

// machine is a state machine in the worker.
type machine struct{ *handle }

func (m *machine) Start(ctx context.Context) error { return m.call(ctx, "start", Request{}, nil) }
func (m *machine) Stop(ctx context.Context) error  { return m.call(ctx, "stop", Request{}, nil) }

func (m *machine) IsRunning() bool {
	var answer MachineAnswer
	if !m.ask("is_running", Request{}, &answer) {
		return false
	}
	if answer.Running == nil {
		panic(m.lacks("is_running", "running", "true or false"))
	}
	return *answer.Running
}

func (m *machine) ApplyChunk(ctx context.Context, chunk []engines.Entry) ([]engines.ApplyResult, error) {
	var answer MachineAnswer
	if err := m.call(ctx, "apply_chunk", Request{Entries: toWire(chunk)}, &answer); err != nil {
		return nil, err
	}
	switch {
	case answer.Results == nil:
		return nil, m.lacks("apply_chunk", "results", "one for each entry")
	case len(answer.Results) != len(chunk):
		return nil, m.conn.garbage("got an answer to apply_chunk with %d results, want %d, one for each entry", len(answer.Results), len(chunk))
	}
	results := make([]engines.ApplyResult, len(answer.Results))
	for i, result := range answer.Results {
		results[i] = engines.ApplyResult(result)
	}
	return results, nil
}

func (m *machine) SaveHardState(ctx context.Context) error {
	return m.call(ctx, "save_hard_state", Request{}, nil)
}

func (m *machine) Flush(ctx context.Context) error { return m.call(ctx, "flush", Request{}, nil) }
func (m *machine) Reset(ctx context.Context) error { return m.call(ctx, "reset", Request{}, nil) }
