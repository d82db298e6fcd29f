package machines

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// A read that fails is told with its error, one that finds too much or too little with what
// it found.
func TestReadFailuresAreTold(t *testing.T) {
	errRead := errors.New("not read")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "want "},
		{errRead, "got error not read, want none"},
	} {
		p := plant{methods: func(afero.Fs) broken {
			return broken{multi: func(context.Context, sound, [][]byte) ([][]byte, uint64, error) { return nil, 0, tt.err }}
		}}
		for _, name := range []string{"caller-changes-result", "readers-beside-applies"} {
			err := try(t.Context(), caseNamed(t, name), p.factory())
			if err == nil || errors.Is(err, trial.ErrSkipped) {
				t.Fatalf("%s: got %v, want a failure", name, err)
			}
			if got := err.Error(); !strings.Contains(got, tt.want) || strings.Contains(got, "%!") || strings.Contains(got, "<nil>") {
				t.Errorf("%s: got %q, want %q in it, and no error where there is none", name, got, tt.want)
			}
		}
	}
}
