//go:build linux

package fusefs

// Known returns how many references to nodes the kernel did not give back.
func (s *Server) Known() int64 { return s.files.known.Load() }

// Open returns how many files and directories the kernel has open.
func (s *Server) Open() int {
	s.files.open.mu.Lock()
	defer s.files.open.mu.Unlock()
	return len(s.files.open.by)
}

// Hold keeps requests from being answered until the returned function is called.
func (s *Server) Hold() func() {
	s.files.mu.Lock()
	return s.files.mu.Unlock
}
