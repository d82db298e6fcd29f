package page

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/scenarios"
)

// evidence is a bundle taken apart.
type evidence struct {
	Finding
	bundle  *harness.Bundle
	profile crash.Profile
	life    *harness.Life // the last one
	space   *crash.Space
	plain   reports.Finding
}

// newEvidence checks that the bundle fits together.
func newEvidence(f Finding) (*evidence, error) {
	if f.Bundle == nil {
		return nil, fmt.Errorf("%w: a finding without one", harness.ErrBundle)
	}
	e := &evidence{Finding: f, bundle: f.Bundle}
	var err error
	if e.profile, err = crash.ParseProfile(e.bundle.Profile); err != nil {
		return nil, fmt.Errorf("%w: %w", harness.ErrBundle, err)
	}
	program, err := scenarios.Parse(e.bundle.Program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", harness.ErrBundle, err)
	}
	if e.life, err = livesOf(e.bundle); err != nil {
		return nil, err
	}
	if err := e.checkStates(); err != nil {
		return nil, err
	}
	e.plain = e.inPlainValues(program)
	return e, nil
}

// livesOf returns the last life of a bundle, with those before as its parents.
func livesOf(b *harness.Bundle) (*harness.Life, error) {
	var life *harness.Life
	for i, record := range b.Lives {
		journal, err := withShortPaths(record.Journal).Journal()
		if err != nil {
			return nil, fmt.Errorf("%w: life %d: %w", harness.ErrBundle, i+1, err)
		}
		life = &harness.Life{
			Parent: life, Crash: record.Crash, Journal: journal, Opened: record.Opened,
			Recovered: record.Recovered, Calls: record.Calls, Resumed: record.Resumed, Added: record.Added,
		}
		life.Restore(b.Contract)
	}
	if life == nil {
		return nil, fmt.Errorf("%w: it holds no life of the engine", harness.ErrBundle)
	}
	return life, nil
}

// withShortPaths returns the journal with paths that a disk can hold. Texts about
// events repeat their paths, once for each effect of a large write.
func withShortPaths(r journal.Record) journal.Record {
	const pathBytesMax = 4096
	r.Events = slices.Clone(r.Events)
	for i := range r.Events {
		for _, p := range []*string{&r.Events[i].Path, &r.Events[i].ToPath} {
			if n := len(*p); n > pathBytesMax {
				*p = (*p)[:pathBytesMax/8] + "…" + (*p)[n-pathBytesMax/8:]
			}
		}
	}
	return r
}

// checkStates wants each crash to be one that its journal allows.
func (e *evidence) checkStates() error {
	for l := e.life; l.Parent != nil; l = l.Parent {
		if err := crash.NewSpace(l.Parent.Journal, e.profile).Check(l.Crash); err != nil {
			return fmt.Errorf("%w: %w", harness.ErrBundle, err)
		}
	}
	e.space = crash.NewSpace(e.life.Journal, e.profile)
	if e.bundle.Live {
		return nil
	}
	if err := e.space.Check(e.bundle.State); err != nil {
		return fmt.Errorf("%w: %w", harness.ErrBundle, err)
	}
	return nil
}

// inPlainValues returns what package reports makes of the finding.
func (e *evidence) inPlainValues(program scenarios.Program) reports.Finding {
	b := e.bundle
	outcome := &harness.Outcome{Engine: b.Engine, Profile: b.Profile, Findings: []*harness.Finding{{
		Failure: &harness.Failure{
			Life: e.life, State: b.State, Live: b.Live, Recovered: b.Recovered,
			Verdict: models.Verdict{Outcome: models.Fail, Violations: b.Violations},
		},
		Engine: b.Engine, Profile: b.Profile, Seed: b.Seed, Program: program, Found: b.Found, After: b.After,
		Confirmed: b.Confirmed, Signature: b.Signature,
	}}}
	return reports.New(reports.Result{Outcome: outcome, Bundles: []string{e.Path}}).Findings[0]
}

// event returns an event of the last life in words, "" for a number that is
// none of its.
func (e *evidence) event(number int) string {
	if number < 0 || number >= len(e.life.Journal.Events) {
		return ""
	}
	return line(e.life.Journal.Events[number].String())
}

// call returns a call of the last life in words, "" for none.
func (e *evidence) call(id int) string {
	for i := range e.life.Calls {
		if c := &e.life.Calls[i]; c.ID == id {
			return line(fmt.Sprintf("call %d %s", id, &c.Op))
		}
	}
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("call %d open", id)
}
