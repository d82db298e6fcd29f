package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/ackproof/ackproof/harness"
)

const programsMax = 1_000_000

// bound says which numbers a flag can have.
type bound struct {
	flag          string
	got, min, max int
}

// inBounds returns an error for the first number that its flag cannot have.
func inBounds(all []bound) error {
	for _, b := range all {
		if b.got < b.min || b.got > b.max {
			return fmt.Errorf("--%s: got %d, want %d to %d", b.flag, b.got, b.min, b.max)
		}
	}
	return nil
}

// checkSeedAndTimes checks the flags --seed, --budget and --hang-after.
func checkSeedAndTimes(seed uint64, budget, hangAfter time.Duration) error {
	switch {
	case seed == 0:
		return errors.New("--seed: got 0, want 1 or more")
	case budget < 0:
		return fmt.Errorf("--budget: got %v, want 0 or more", budget)
	case hangAfter <= 0:
		return fmt.Errorf("--hang-after: got %v, want more than 0", hangAfter)
	}
	return nil
}

// check reports whether each flag's value is one that it can have.
func (s *settings) check() error {
	if err := inBounds([]bound{
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
	}); err != nil {
		return err
	}
	if err := checkSeedAndTimes(s.seed, s.budget, s.hangAfter); err != nil {
		return err
	}
	if s.writeback < 0 {
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
