package main

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/harness"
)

const programsMax = 1_000_000

// check reports whether each flag's value is one that it can have.
func (s *settings) check() error {
	for _, f := range []struct {
		name          string
		got, min, max int
	}{
		{"programs", s.programs, 0, programsMax},
		{"states", s.states, 0, 1 << 40},
		{"payload", s.payload, 0, 1 << 20},
		{"batch-bytes", s.limits.BatchMaxBytes, 0, 1 << 30},
		{"batch-entries", s.limits.BatchMaxEntries, 0, 1 << 20},
		{"workers", s.workers, 0, 4096},
		{"depth", s.depth, 1, 3},
		{"second-lives", s.secondLives, 0, 1000},
		{"findings", s.findings, 1, 1000},
		{"thin", s.stateFraction, 1, 256},
	} {
		if f.got < f.min || f.got > f.max {
			return fmt.Errorf("--%s: got %d, want %d to %d", f.name, f.got, f.min, f.max)
		}
	}
	switch {
	case s.seed == 0:
		return errors.New("--seed: got 0, want 1 or more")
	case s.budget < 0:
		return fmt.Errorf("--budget: got %v, want 0 or more", s.budget)
	case s.hangAfter <= 0:
		return fmt.Errorf("--hang-after: got %v, want more than 0", s.hangAfter)
	case s.writeback < 0:
		return fmt.Errorf("--writeback: got %v, want 0 or more", s.writeback)
	}
	if err := harness.CheckFaults(harness.Faults(s.faults)); err != nil {
		return usage(fmt.Errorf("--faults: %w", err))
	}
	if err := harness.CheckUntil(s.until); err != nil {
		return fmt.Errorf("--%w", err)
	}
	return nil
}
