package evidence

import "github.com/zeebo/xxh3"

// Seed is where all chance comes from. The same seed gives the same run.
type Seed uint64

// For returns the seed of one part of a run, so that parts do not disturb each
// other's draws. It is never 0.
func (s Seed) For(label string) Seed { return Seed(xxh3.HashStringSeed(label, uint64(s))>>1 | 1) }
