package reports

import (
	"fmt"
	"io"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// WriteReplay writes what came of a replay: the finding in full, as it is now, or
// that it does not come again.
func WriteReplay(w io.Writer, r *harness.Replayed) error {
	t := &text{}
	switch {
	case r.Verdict.Outcome == models.Pass:
		t.line(0, "%s under %s: %s held: the finding does not come again", r.Engine, r.Profile, r.Property)
		t.line(0, "it was: %s", r.Sentence)
	case r.Verdict.Outcome == models.Unknown:
		t.line(0, "%s under %s: %s could not be judged", r.Engine, r.Profile, r.Property)
	default:
		f, err := replayed(r)
		if err != nil {
			return err
		}
		t.heading("replay: %s under %s breaks %s", r.Engine, r.Profile, f.Property)
		if !r.Same() {
			t.line(0, "not the finding in the bundle, which is %s: %s", r.Property, r.Sentence)
		}
		t.finding(f)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// replayed returns a finding as it came again, in plain values.
func replayed(r *harness.Replayed) (Finding, error) {
	program, err := scenarios.Parse(r.Program)
	if err != nil {
		return Finding{}, fmt.Errorf("%w: %w", harness.ErrBundle, err)
	}
	life, err := lifeOf(r.Bundle)
	if err != nil {
		return Finding{}, err
	}
	return newFinding(&harness.Finding{
		Failure: &harness.Failure{Life: life, State: r.State, Live: r.Live, Recovered: r.Recovered, Verdict: r.Verdict},
		Engine:  r.Engine, Profile: r.Profile, Seed: r.Seed, Program: program, Found: r.Found, After: r.After,
		Confirmed: true, Signature: r.Signature,
	}), nil
}

// lifeOf returns the last life of a bundle, as far as reports need it.
func lifeOf(b *harness.Bundle) (*harness.Life, error) {
	var life *harness.Life
	for i, record := range b.Lives {
		journal, err := record.Journal.Journal()
		if err != nil {
			return nil, fmt.Errorf("%w: life %d: %w", harness.ErrBundle, i+1, err)
		}
		life = &harness.Life{
			Parent: life, Crash: record.Crash, Journal: journal, Opened: record.Opened,
			Recovered: record.Recovered, Calls: record.Calls, Resumed: record.Resumed,
		}
		life.Restore(b.Contract)
	}
	return life, nil
}
