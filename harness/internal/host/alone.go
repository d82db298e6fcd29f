package host

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
)

// newAlone returns the host of engines that open what they wrote themselves.
func newAlone(f subject.Factory, o Options) (Host, error) {
	if f.Needs == engines.NeedsDir && f.Connect == nil {
		return nil, fmt.Errorf("engine %s needs a real directory, and a %s runs on file system values only", f.Name, f.Kind.Name)
	}
	if f.Needs == engines.NeedsDir {
		return newWorkers(f, o)
	}
	return &memory{f, o.limits(), o.Disks, new(stayed), o.Coverage}, nil
}
