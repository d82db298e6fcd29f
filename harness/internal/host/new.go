package host

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
)

// New returns the host of the factory's engines. Whoever gets it closes it.
func New(f subject.Factory, o Options) (Host, error) {
	if f.Reader != nil {
		return newHandover(*f.Writer, *f.Reader, o)
	}
	if f.Needs == engines.NeedsDir && f.Connect == nil {
		return nil, fmt.Errorf("engine %s needs a real directory, and a %s runs on file system values only", f.Name, f.Kind.Name)
	}
	if f.Needs == engines.NeedsDir {
		return newWorkers(f, o)
	}
	return &memory{f, o.limits(), o.Disks, new(stayed), o.Coverage}, nil
}
