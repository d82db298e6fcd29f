package enginebench

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memmachine"
)

func TestMachine(t *testing.T) {
	dir := t.TempDir()
	r, err := Run(t.Context(), Machine(memmachine.Factory()), dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"apply_chunk/100", "apply_chunk/1,000", "apply_chunk/10,000", "apply_chunk/1,000 to 100", "apply_chunk/10,000 to 1,000"}
	if got := namesOf(r); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, result := range r.Results {
		if result.Err != nil || result.Value <= 0 {
			t.Errorf("got %+v, want a value", result)
		}
	}
	isEmpty(t, dir)
}

// forgetful is a machine that leaves out the last entry of a chunk.
type forgetful struct{ engines.StateMachine }

func (f forgetful) ApplyChunk(ctx context.Context, chunk []engines.Entry) ([]engines.ApplyResult, error) {
	return f.StateMachine.ApplyChunk(ctx, chunk[:len(chunk)-1])
}

func TestWrongMachine(t *testing.T) {
	f := memmachine.Factory()
	open := f.Open
	f.Open = func(env engines.Env) (engines.StateMachine, error) {
		m, err := open(env)
		return forgetful{m}, err
	}
	for _, m := range Machine(f) {
		if r := Measure(t.Context(), m, t.TempDir(), 1); r.Err == nil || errors.Is(r.Err, ErrNotOffered) {
			t.Errorf("%s: got %v, want an error that says what is missing", m.Name, r.Err)
		}
	}
}
