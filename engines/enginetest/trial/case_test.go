package trial

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// room is a place without an engine.
type room struct{ progress *Progress }

func (room) Open() error           { return nil }
func (room) Leave() error          { return nil }
func (r room) Progress() *Progress { return r.progress }

func newRoom() (room, error) { return room{NewProgress()}, nil }

func try(ctx context.Context, run func(context.Context, room) error) Result {
	place, _ := newRoom()
	return Case[room]{Name: "the-case", Rule: "the rule", Run: run}.Try(ctx, NewGuard(200*time.Millisecond), place)
}

// What a call does instead of returning is a failure, in the goroutine of a case and in
// those that it starts.
func TestGuard(t *testing.T) {
	ways := map[string]struct {
		do   func() error
		want string
	}{
		"error":  {func() error { return errors.New("got 1, want 2") }, "got 1, want 2"},
		"panic":  {func() error { panic("broken") }, "got panic broken, want none"},
		"goexit": {func() error { runtime.Goexit(); return nil }, "got the end of the goroutine that called"},
	}
	for name, way := range ways {
		for where, run := range map[string]func(context.Context, room) error{
			"itself": func(context.Context, room) error { return way.do() },
			"writer": func(_ context.Context, r room) error { return Beside(r.progress, writing(way.do), sound) },
			"beside": func(_ context.Context, r room) error { return Beside(r.progress, writing(sound), way.do) },
			"apart": func(context.Context, room) (err error) {
				var running sync.WaitGroup
				Go(NewProgress(), &running, &err, way.do)
				running.Wait()
				return err
			},
		} {
			r := try(t.Context(), run)
			if !r.Failed() || r.Skipped() || !strings.Contains(fmt.Sprint(r.Error()), way.want) || !strings.HasSuffix(fmt.Sprint(r.Error()), "the contract: the rule") {
				t.Errorf("%s in %s: got %v, want %q and the rule", name, where, r.Error(), way.want)
			}
		}
	}
}

func sound() error { return nil }

// writing does not listen for failures.
func writing(do func() error) func(func() bool) error {
	return func(func() bool) error { return do() }
}

// A writer hears of a failure, a panic or an exit beside it, and of nothing else.
func TestWriterHearsOfFailure(t *testing.T) {
	for name, way := range map[string]struct {
		do     func() error
		want   bool
		within time.Duration
	}{
		"error":  {func() error { return errors.New("got 1, want 2") }, true, 10 * time.Second},
		"panic":  {func() error { panic("broken") }, true, 10 * time.Second},
		"goexit": {func() error { runtime.Goexit(); return nil }, true, 10 * time.Second},
		"none":   {sound, false, 50 * time.Millisecond},
	} {
		heard := false
		write := func(failed func() bool) error {
			for began := time.Now(); !heard && time.Since(began) < way.within; {
				heard = failed()
				runtime.Gosched()
			}
			return nil
		}
		if err := Beside(NewProgress(), write, way.do); heard != way.want || (err != nil) != way.want {
			t.Errorf("%s: got heard %v, error %v, want %v", name, heard, err, way.want)
		}
	}
}

// What does not apply to the engine does not hide what fails beside it.
func TestSkipHidesNoFailure(t *testing.T) {
	skip := func() error { return fmt.Errorf("%w: too large", ErrSkipped) }
	fail := func() error { return errors.New("got 1, want 2") }
	for _, tt := range []struct {
		name            string
		write, other    func() error
		failed, skipped bool
	}{
		{"writer fails", fail, skip, true, false},
		{"other fails", skip, fail, true, false},
		{"both fail", fail, fail, true, false},
		{"writer is skipped", skip, sound, false, true},
		{"both are skipped", skip, skip, false, true},
		{"neither", sound, sound, false, false},
	} {
		r := try(t.Context(), func(_ context.Context, r room) error { return Beside(r.progress, writing(tt.write), tt.other) })
		if r.Failed() != tt.failed || r.Skipped() != tt.skipped {
			t.Errorf("%s: got failed %v, skipped %v, error %v, want %v and %v", tt.name, r.Failed(), r.Skipped(), r.Err, tt.failed, tt.skipped)
		}
		if tt.failed && strings.Contains(r.Error().Error(), "too large") {
			t.Errorf("%s: got %v, want no word about what was skipped", tt.name, r.Error())
		}
	}
}

// A case that hangs ends with the context of who asked.
func TestGuardEndsWithContext(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the user ended it")
	place, _ := newRoom()
	began := time.Now()
	r := Case[room]{Run: func(context.Context, room) error {
		cancel(cause)
		<-release
		return nil
	}}.Try(ctx, NewGuard(time.Hour), place)
	if !errors.Is(r.Err, cause) || time.Since(began) > time.Minute {
		t.Errorf("got error %v after %v, want %v at once", r.Err, time.Since(began), cause)
	}
}

// flaky is a suite of one case that fails at its first run only, and of one declination.
func flaky(run func(room) error, declined bool) Suite[room] {
	runs := 0
	fails := func(_ context.Context, r room) error {
		if runs++; runs == 1 {
			return errors.New("got 1, want 2")
		}
		return run(r)
	}
	passes := func(context.Context, room) error { return nil }
	return Suite[room]{
		New: newRoom, Cases: []Case[room]{{"flaky", "rule", fails}},
		Declinations: []Declination[room]{{
			Claim: "Less", Evidence: Case[room]{"less", "it does less", passes},
			Declined: func(room) bool { return declined }, Pretend: func(room) {},
		}},
	}
}

// Where a case failed by chance, no claim is why it passes then; nor is one that the engine
// makes already.
func TestChanceIsNoDecline(t *testing.T) {
	alone := func(room) error { return nil }
	for _, tt := range []struct {
		name     string
		run      func(room) error
		declined bool
		want     int
	}{
		{"alone", alone, false, 1},
		{"declined already", alone, true, 0},
		{"beside others", func(r room) error { return Beside(r.progress, writing(sound)) }, false, 0},
		{"apart", func(r room) (err error) {
			var running sync.WaitGroup
			Go(r.progress, &running, &err, sound)
			running.Wait()
			return err
		}, false, 0},
	} {
		report, err := flaky(tt.run, tt.declined).Run(t.Context(), NewGuard(0), func(Result) {})
		if report.Failures() != 1 || len(report.Declines) != tt.want || err != nil {
			t.Errorf("%s: got %+v, error %v, want one failure and %d declines", tt.name, report, err, tt.want)
		}
	}
}

// TestSuite wants results in order, one for all random cases, no case after the end of the
// context, and an error where there is no place.
func TestSuite(t *testing.T) {
	passes := func(context.Context, room) error { return nil }
	fails := func(context.Context, room) error { return errors.New("got 1, want 2") }
	s := Suite[room]{
		New:   newRoom,
		Cases: []Case[room]{{"one", "rule", passes}, {"two", "rule", fails}, {"three", "rule", func(context.Context, room) error { return ErrSkipped }}},
		Random: []Case[room]{
			{"random", "rule", passes}, {"random", "rule", fails}, {"random", "rule", passes},
		},
	}
	var told []string
	tell := func(r Result) { told = append(told, fmt.Sprintf("%s %v %v", r.Case, r.Failed(), r.Skipped())) }
	report, err := s.Run(t.Context(), NewGuard(0), tell)
	if got, want := fmt.Sprint(told), "[one false false two true false three false true random true false]"; got != want || err != nil {
		t.Errorf("got %s, error %v, want %s", got, err, want)
	}
	if report.Failures() != 2 || report.Skipped() != 1 || len(report.Results) != 4 {
		t.Errorf("got report %+v, want 2 failures and 1 skipped of 4", report)
	}
	if got := fmt.Sprint(report.Err()); strings.Count(got, "the contract: rule") != 2 || strings.Contains(got, "three") {
		t.Errorf("got %q, want the two failures", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	report, err = s.Run(ctx, NewGuard(0), func(Result) { cancel() })
	if !errors.Is(err, context.Canceled) || len(report.Results) != 1 {
		t.Errorf("got %d results, error %v, want one result and %v", len(report.Results), err, context.Canceled)
	}
	s.New = func() (room, error) { return room{}, errors.New("the disk is full") }
	if _, err := s.Run(t.Context(), NewGuard(0), tell); !errors.Is(err, ErrPlace) {
		t.Errorf("got error %v, want %v", err, ErrPlace)
	}
	s.New, s.Cases[1].Run = newRoom, func(context.Context, room) error { return fmt.Errorf("step 1: %w: the disk is full", ErrPlace) }
	if report, err := s.Run(t.Context(), NewGuard(0), tell); !errors.Is(err, ErrPlace) || report.Failures() != 0 || len(report.Results) != 1 {
		t.Errorf("got %+v, error %v, want what was there before, and %v", report, err, ErrPlace)
	}
}
