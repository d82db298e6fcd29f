package explain

import (
	"context"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// The tests are another package, for they record with the harness, which imports this
// one. Here is what they see of the inside.

type (
	Trials    = trials
	Insertion = insertion
	Shrinker  = shrinker
)

const WithoutCrash = withoutCrash

var (
	NewTrials  = newTrials
	Explain    = explain
	Targets    = targets
	WithSyncs  = withSyncs
	FailedText = failedText
)

// SyncAfter returns a sync of a target after an event.
func SyncAfter(t syncTarget, event int) Insertion { return insertion{t, event} }

// Leave leaves that many recoveries to be tried.
func (a *trials) Leave(recoveries int) { a.left = recoveries }

// NewShrinker returns what makes a failure small without running programs.
func NewShrinker(f *evidence.Failure, a *Trials, h host.Host) *Shrinker {
	return &shrinker{options: Options{Host: h, Plan: a.plan}, cause: f.Cause(), ctx: context.Background(), failure: f, host: h, trials: a}
}

// ShrinkState makes the crash state small and returns the failure.
func (s *shrinker) ShrinkState() *evidence.Failure {
	s.shrinkState()
	return s.failure
}

// Fails reports whether a state fails for the same property.
func (s *shrinker) Fails(l *evidence.Life, state crash.State) bool { return s.fails(l, state) != nil }
