package coverage

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/coverage"
	"sync"
)

// ErrNotCounted reports a program that does not count what it runs.
var ErrNotCounted = errors.New("the program does not count what it runs: build it with -cover -covermode=atomic " +
	"and -coverpkg=the engine's packages; a test needs func TestMain(m *testing.M) { harness.Main(m) } too, " +
	"and another program its main package in -coverpkg")

// counted returns this program, or why nothing is counted.
var counted = sync.OnceValues(func() (*program, error) {
	// Other modes say nothing of this, and cannot be read while others run.
	var meta, counters bytes.Buffer
	if err := errors.Join(coverage.WriteCounters(&counters), coverage.WriteMeta(&meta)); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNotCounted, err)
	}
	return readMeta(meta.Bytes())
})

// Check returns why this program does not count what it runs, nil if it does.
func Check() error {
	_, err := counted()
	return err
}
