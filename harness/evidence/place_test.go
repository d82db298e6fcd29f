package evidence_test

import (
	"sync"
	"testing"
)

// Another program's finding is compared while the program that found it goes on: with the
// race detector, a cache of the life's that has no lock fails here.
func TestCauseIsComparedFromManyGoroutines(t *testing.T) {
	c, err := lostFile(t).Case()
	if err != nil {
		t.Fatal(err)
	}
	cause := c.Cause()
	if len(cause.Places) == 0 {
		t.Fatalf("the cause %v names no place", cause)
	}
	c, err = lostFile(t).Case()
	if err != nil {
		t.Fatal(err)
	}
	c.Life.Crashes()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if !c.IsOf(cause) {
				t.Errorf("the failure is not of its own cause, %v", cause)
			}
		})
	}
	group.Wait()
}
