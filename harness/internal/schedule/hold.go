package schedule

import "fmt"

// Hold makes a sync take long: it does not end before some calls returned, unless nobody
// else can go on.
type Hold struct {
	// Sync is which one, counted from 1, of those that begin from now on.
	Sync int
	// Returns is how many calls must return after it began.
	Returns int
}

// String returns for instance "fsync 2 until 3 calls returned".
func (h Hold) String() string {
	return fmt.Sprintf("fsync %d until %d calls returned", h.Sync, h.Returns)
}
