package scenarios

// Limits on what Parse accepts, so that no text, however found, takes more
// memory than a machine has: DistanceLimit is of numbers that something is counted by,
// NumberLimit of any.
const (
	StepsLimit             = 10_000
	EntriesLimit           = 4096
	PayloadLimitBytes      = 1 << 20
	TotalPayloadLimitBytes = 256 << 20
	DistanceLimit          = 1 << 20
	NumberLimit            = 1<<31 - 1

	sizesLimit      = 64
	goroutinesLimit = 16
	callsLimit      = 1000
	roundsLimit     = 1000
	eventsLimit     = 1 << 20
)
