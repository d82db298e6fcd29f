package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrPlace says that there is no place for an engine, or for what a case writes beside it,
// which is no fault of its.
var ErrPlace = errors.New("no place for an engine")

// Suite is all that is tried of one engine.
type Suite[P Place] struct {
	// New makes an empty place for a case.
	New func() (P, error)
	// Cases have a fixed course.
	Cases []Case[P]
	// Random are cases of one name that count as one: the first that fails ends them.
	Random []Case[P]
	// Declinations are what may be declined of the rules.
	Declinations []Declination[P]
}

// Declination is something that an engine may decline of the rules, and that shows while
// nothing crashes.
type Declination[P Place] struct {
	// Claim and Value are as in [Decline]; Value may be nil, and is read after Evidence
	// has passed.
	Claim string
	Value *int
	// Evidence passes for an engine that does what Claim stands for, and fails for one
	// that does not; its rule says what the engine does. It runs in a place of which
	// Pretend was called, as do the cases after it.
	Evidence Case[P]
	// Declined reports whether the open engine of a place declines this already. Such an
	// engine is not told to, and Evidence is not asked.
	Declined func(place P) bool
	// Pretend has the engine of a place be taken for one that declines this. It is called
	// before the first open.
	Pretend func(place P)
}

// Run tries all cases, and calls told with each result. After ctx is done it tries no
// further one. An error is about the environment: it wraps [ErrPlace], or is that of ctx;
// the report then has what there was before.
func (s Suite[P]) Run(ctx context.Context, g *Guard, told func(Result)) (Report, error) {
	var report Report
	var failed []Case[P]
	add := func(c Case[P], r Result) {
		if r.Failed() && !r.Hung() {
			failed = append(failed, c)
		}
		report.Results = append(report.Results, r)
		told(r)
	}
	for _, c := range s.Cases {
		r, err := s.try(ctx, g, c, nil)
		if err != nil {
			return report, err
		}
		add(c, r)
	}
	for i, c := range s.Random {
		r, err := s.try(ctx, g, c, nil)
		if err != nil {
			return report, err
		}
		if r.Failed() || i == len(s.Random)-1 {
			add(c, r)
			break
		}
	}
	var err error
	report.Declines, err = s.declines(ctx, g, failed)
	return report, err
}

// try runs a case in a new place, whose engine is taken for one that declines d unless that
// is nil.
func (s Suite[P]) try(ctx context.Context, g *Guard, c Case[P], d *Declination[P]) (Result, error) {
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	place, err := s.New()
	if err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrPlace, err)
	}
	if d != nil {
		d.Pretend(place)
	}
	r := c.Try(ctx, g, place)
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	if errors.Is(r.Err, ErrPlace) {
		return Result{}, r.Err
	}
	return r, nil
}

// Declines returns what an engine could declare that failed the cases of these names.
func (s Suite[P]) Declines(ctx context.Context, g *Guard, names []string) ([]Decline, error) {
	failed := slices.DeleteFunc(slices.Clone(s.Cases), func(c Case[P]) bool { return !slices.Contains(names, c.Name) })
	return s.declines(ctx, g, failed)
}

func (s Suite[P]) declines(ctx context.Context, g *Guard, failed []Case[P]) ([]Decline, error) {
	if len(failed) == 0 {
		return nil, nil
	}
	var out []Decline
	for _, d := range s.Declinations {
		shows, err := s.shows(ctx, g, d)
		if err != nil {
			return out, err
		}
		if !shows {
			continue
		}
		decline := Decline{Claim: d.Claim, Seen: d.Evidence.Rule}
		if d.Value != nil {
			decline.Value = *d.Value
		}
		for _, c := range failed {
			r, err := s.try(ctx, g, c, &d)
			if err != nil {
				return out, err
			}
			if r.Skipped() || r.Err == nil && !r.chance {
				decline.Cases = append(decline.Cases, c.Name)
			}
		}
		if len(decline.Cases) > 0 {
			out = append(out, decline)
		}
	}
	return out, nil
}

// shows reports whether an engine does what d stands for, and does not say so.
func (s Suite[P]) shows(ctx context.Context, g *Guard, d Declination[P]) (bool, error) {
	ask := Case[P]{Name: d.Claim, Run: func(_ context.Context, place P) error {
		if d.Declined(place) {
			return ErrSkipped
		}
		return nil
	}}
	asked, err := s.try(ctx, g, ask, nil)
	if err != nil || asked.Skipped() {
		return false, err
	}
	evidence, err := s.try(ctx, g, d.Evidence, &d)
	return evidence.Err == nil, err
}
