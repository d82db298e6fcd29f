package harness

import (
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/coverage"
)

// CountsRecoveries returns why outcomes of this program do not say which blocks of the engine's
// code ran in recoveries, nil if they do. They do in a test with [Main] that was built with -cover
// -covermode=atomic, and -coverpkg with the engine's packages where these are not the test's own;
// and in another program that was built so, if its main package is among those of -coverpkg.
//
// Counters are the process's, so engines in memory are then explored one at a time and by one
// worker. Code of the engine that tests call at the same time may count too.
func CountsRecoveries() error { return coverage.Check() }

// kept is what the recoveries of all Runs of this process ran.
var kept struct {
	sync.Mutex
	evidence.RecoveryCoverage
}

// keepCoverage adds what recoveries ran to what others of this process did, and writes all of it
// to the file.
func keepCoverage(file string, c *evidence.RecoveryCoverage) error {
	kept.Lock()
	defer kept.Unlock()
	kept.Add(c)
	return kept.WriteProfileFile(file)
}

// checkCoverProfile returns why the file cannot be written, nil if none is asked for.
func checkCoverProfile(file string) error {
	if file == "" {
		return nil
	}
	if err := CountsRecoveries(); err != nil {
		return fmt.Errorf("-%s=%s: %w", flagPrefix+coverProfileFlag, file, err)
	}
	return nil
}
