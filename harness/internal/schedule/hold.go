package schedule

// Hold makes a sync take long: it does not end before some calls returned, unless nobody
// else can go on.
type Hold struct {
	// Sync is which one, counted from 1, of those that begin from now on.
	Sync int
	// Returns is how many calls must return after it began.
	Returns int
}
