package machines

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// try runs one case on a machine of f, in memory.
func try(ctx context.Context, c Case, f engines.MachineFactory) error {
	env := engines.Env{FS: afero.NewMemMapFs(), Dir: "/db"}
	if err := env.FS.Mkdir(env.Dir, 0o755); err != nil {
		return err
	}
	return trial.Case[*Place](c).Try(ctx, trial.NewGuard(0), NewPlace(f, env, false)).Error()
}

func caseNamed(t *testing.T, name string) Case {
	i := slices.IndexFunc(Cases(), func(c Case) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("got no case named %s, want one", name)
	}
	return Cases()[i]
}

func TestSoundMachinePasses(t *testing.T) {
	for _, c := range Cases() {
		if err := try(t.Context(), c, plant{name: "sound"}.factory()); err != nil {
			t.Error(err)
		}
	}
}

// Every plant fails the cases named with it, each with the sentence that it breaks.
func TestPlantsAreCaught(t *testing.T) {
	for _, p := range plants() {
		t.Run(p.name, func(t *testing.T) {
			for _, name := range p.caughtBy {
				c := caseNamed(t, name)
				err := try(t.Context(), c, p.factory())
				if err == nil || errors.Is(err, trial.ErrSkipped) {
					t.Errorf("%s: got %v, want a failure", name, err)
				} else if !strings.Contains(err.Error(), c.Rule) {
					t.Errorf("%s: got message %q, want it to cite %q", name, err, c.Rule)
				}
			}
		})
	}
}

// No case is there that no plant fails: it would test nothing. Names are unique, so that a
// report can cite them.
func TestEveryCaseCatchesSomething(t *testing.T) {
	var caught []string
	for _, p := range plants() {
		caught = append(caught, p.caughtBy...)
	}
	seen := map[string]bool{}
	for _, c := range Cases() {
		if !slices.Contains(caught, c.Name) || seen[c.Name] {
			t.Errorf("case %s: want a plant that fails it, and a name of its own", c.Name)
		}
		seen[c.Name] = true
	}
}

// Random programs alone find mistakes in what calls do, without a case written for them.
func TestModelCatchesPlants(t *testing.T) {
	for _, name := range []string{
		"a delete does nothing", "a gap is accepted", "a repeat says that it succeeded", "the position is not updated",
		"a reset leaves a position", "a reopen finds nothing", "a flush counts as an entry", "a restore forgets the metadata",
	} {
		p := plants()[slices.IndexFunc(plants(), func(p plant) bool { return p.name == name })]
		t.Run(name, func(t *testing.T) {
			for seed := range 500 {
				if try(t.Context(), ModelCase(Programs().Example(seed)), p.factory()) != nil {
					return
				}
			}
			t.Error("got no failure from 500 programs, want one")
		})
	}
}
