package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
)

// New returns the host of the factory's engines. Whoever gets it closes it.
func New(f subject.Factory, o Options) (Host, error) {
	if f.Needs == engines.NeedsDir {
		return newWorkers(f, o)
	}
	return &memory{f, o.limits(), o.Disks}, nil
}
