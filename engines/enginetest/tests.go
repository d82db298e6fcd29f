package enginetest

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

// tests runs the cases of a suite with a fixed course as subtests, and says what the engine
// could declare.
func tests[P trial.Place](t *testing.T, g *trial.Guard, s trial.Suite[P]) {
	var failed []string
	for _, c := range s.Cases {
		t.Run(c.Name, func(t *testing.T) {
			place, err := s.New()
			if err != nil {
				t.Fatal(err)
			}
			r := c.Try(t.Context(), g, place)
			switch {
			case errors.Is(r.Err, trial.ErrPlace):
				t.Fatal(r.Err)
			case r.Skipped():
				t.Skip(r.Error())
			case r.Failed():
				t.Error(r.Error())
				if !r.Hung() {
					failed = append(failed, c.Name)
				}
			}
		})
	}
	declines, err := s.Declines(t.Context(), g, failed)
	if err != nil {
		t.Error(err)
	}
	for _, d := range declines {
		t.Log(d)
	}
}

// testModel runs random programs as one subtest, and shrinks what fails.
func testModel[P trial.Place](t *testing.T, g *trial.Guard, newPlace func() (P, error), draw func(*rapid.T) trial.Case[P]) {
	t.Run("model", func(t *testing.T) {
		ctx := t.Context()
		var hung *trial.Result
		rapid.Check(t, func(t *rapid.T) {
			if hung != nil {
				return // nor is it made smaller, as each try would hang
			}
			place, err := newPlace()
			if err != nil {
				t.Fatal(err)
			}
			r := draw(t).Try(ctx, g, place)
			if r.Hung() {
				hung = &r
			} else if r.Failed() {
				t.Fatal(r.Error())
			}
		})
		if hung != nil {
			t.Error(hung.Error())
		}
	})
}
