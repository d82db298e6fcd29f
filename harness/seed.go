package harness

import "github.com/ackproof/ackproof/harness/evidence"

// Seed is where all chance comes from. The same seed gives the same run.
type Seed = evidence.Seed
