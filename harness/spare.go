package harness

// Spare are processors that runs at the same time have no more use for. A run explores
// programs on them too, beside its own [Config.Workers]. It is safe for concurrent use.
type Spare struct{ free chan struct{} }

// NewSpare returns none of at most that many processors.
func NewSpare(most int) *Spare { return &Spare{make(chan struct{}, most)} }

// Give adds processors that nobody needs any more. More than there are is a panic.
func (s *Spare) Give(processors int) {
	for range processors {
		select {
		case s.free <- struct{}{}:
		default:
			panic("harness: more processors are spare than there are")
		}
	}
}

// most returns how many there may be, 0 for nil.
func (s *Spare) most() int {
	if s == nil {
		return 0
	}
	return cap(s.free)
}

// on does work on a processor each time that one is spare, until it returns false or done
// is closed.
func (s *Spare) on(done <-chan struct{}, work func() bool) {
	for more := true; more; {
		select {
		case <-done:
			return
		case <-s.free:
			more = work()
			s.Give(1)
		}
	}
}
