package host

import "github.com/ackproof/ackproof/harness/subject"

// New returns the host of the factory's engines. Whoever gets it closes it.
func New(f subject.Factory, o Options) (Host, error) {
	if f.Reader != nil {
		return newHandover(*f.Writer, *f.Reader, o)
	}
	return newAlone(f, o)
}
