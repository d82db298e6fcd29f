package main

import (
	"fmt"
	"runtime"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/plain"
)

// resolved returns the seed and all else that decides what is explored, and below it what
// is planned for each engine and profile.
func (s *settings) resolved(c harness.Config, kinds []*subject.Kind) string {
	workers := s.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	what := fmt.Sprintf("crashes=%t sequential=%t", s.crashes, s.sequential)
	if s.programFile != "" {
		what = "program=" + s.programFile
	}
	out := fmt.Sprintf("seed=%d %s workers=%d; %s; %s; a hang is %v; at most %s", s.seed, what, workers,
		limit(s.budget > 0, "time: %v", s.budget, "time"), limit(s.states > 0, "states: %d", s.states, "states"),
		s.hangAfter, plain.Count(s.findings, "finding"))
	if s.payload > 0 {
		out += fmt.Sprintf("; payload at most %d bytes", s.payload)
	}
	if s.knownFile != "" {
		out += fmt.Sprintf("; %s known", plain.Count(len(c.Known), "cause"))
	}
	if s.recoverWith != "" {
		out += "; what they write is opened by " + s.recoverWith
	}
	for _, k := range kinds {
		what := "engine"
		if len(kinds) > 1 {
			what = k.Name
		}
		out += fmt.Sprintf("\nplanned for each %s and profile: %s", what, c.Planned(k))
	}
	return out
}

// limit returns a limit in words.
func limit(bounded bool, format string, value any, what string) string {
	if !bounded {
		return "no limit on " + what
	}
	return fmt.Sprintf("limit on "+format, value)
}
