package main

import (
	"fmt"

	"github.com/ackproof/ackproof/harness"
)

// checkCoverProfile checks the flag --coverprofile.
func (s *settings) checkCoverProfile() error {
	if s.coverProfile == "" {
		return nil
	}
	if err := harness.CountsRecoveries(); err != nil {
		return fmt.Errorf("--coverprofile %s: %w", s.coverProfile, err)
	}
	return nil
}
