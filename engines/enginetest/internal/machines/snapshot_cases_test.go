package machines

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func TestHarmedAt(t *testing.T) {
	for size := range 2000 {
		got := harmedAt(size)
		if size <= 256 && len(got) != size {
			t.Fatalf("size %d: got %d positions, want each", size, len(got))
		}
		if size == 0 {
			continue
		}
		if len(got) > 256 || len(got) < min(size, 128) || got[0] != 0 || got[len(got)-1] != size-1 {
			t.Fatalf("size %d: got %d positions %v, want some 256 with both ends", size, len(got), got)
		}
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("size %d: got %v, want each once, in order", size, got)
		}
	}
	if got := len(harmedAt(1 << 20)); got > 256 {
		t.Errorf("got %d positions in a large file, want at most 256", got)
	}
}

// Where snapshot-of-another-machine fails, both machines are closed all the same.
func TestOtherMachineIsClosed(t *testing.T) {
	opened, shut := 0, 0
	p := plant{methods: func(afero.Fs) broken {
		opened++
		return broken{
			restore: func(context.Context, sound, engines.SnapshotMetadata, string) error {
				return errors.New("not done here")
			},
			shut: func(s sound) error {
				shut++
				return s.Close()
			},
		}
	}}
	env := engines.Env{FS: afero.NewMemMapFs(), Dir: "/db"}
	if err := env.FS.Mkdir(env.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := trial.Case[*Place](caseNamed(t, "snapshot-of-another-machine"))
	r := c.Try(t.Context(), trial.NewGuard(0), NewPlace(p.factory(), env, true))
	if !r.Failed() || opened != 2 || shut != 2 {
		t.Errorf("got error %v, %d machines opened and %d closed, want a failure, 2 and 2", r.Err, opened, shut)
	}
}
