package scenarios

// The kinds of steps that all languages have.
var (
	// Reopen closes the engine and opens it again.
	Reopen = &Word{Name: "reopen"}
	// Kill ends the engine's process and opens it again; nothing is lost that
	// the file system had.
	Kill = &Word{
		Name:    "kill",
		Simpler: func(Step) [][]Step { return [][]Step{{{Kind: Reopen}}} },
		Weighs:  func(Step) int64 { return 1 },
	}
	// Crash is a power failure: what Step.Loss says is lost, and the program goes
	// on with what the engine recovers from the rest.
	Crash = &Word{
		Name:      "crash",
		Arguments: []Argument{lossArgument()},
		Simpler:   simplerCrashes,
		Weighs:    func(s Step) int64 { return 2 + int64(s.Loss.Manner) + int64(len(s.Body)) },
	}
	// Hold makes a later fsync take long: others go on while it runs.
	Hold = &Word{Name: "hold", Arguments: []Argument{
		literal("fsync"),
		positionFrom(1, "the fsync", callsLimit, func(s *Step) *int { return &s.Sync }),
		literal("until"),
		positionFrom(1, "calls that must return", callsLimit, func(s *Step) *int { return &s.Returns }),
		callsWord(), literal("returned"),
	}}
	// Concurrently runs Step.Body alongside flushers and readers.
	Concurrently = &Word{Name: "concurrently", block: true, Arguments: []Argument{
		Option("flushers", goroutinesLimit, 0, func(s *Step) *int { return &s.Flushers }),
		Option("flushes", callsLimit, 1, func(s *Step) *int { return &s.Flushes }),
		Option("readers", goroutinesLimit, 0, func(s *Step) *int { return &s.Readers }),
		Option("reads", callsLimit, 1, func(s *Step) *int { return &s.Reads }),
		Option("purges", callsLimit, 0, func(s *Step) *int { return &s.Purges }),
		Option("seed", NumberLimit, 0, func(s *Step) *int { return &s.Seed }),
	}}
	// FirstOpen has a program begin on an empty directory, or without one, and can only
	// be its first step. Other programs begin on a store that was made and closed.
	FirstOpen = &Word{
		Name:      "first-open",
		Arguments: []Argument{missingArgument()},
		Simpler:   simplerFirstOpens,
		Weighs: func(s Step) int64 {
			if s.DirMissing {
				return 1
			}
			return 0
		},
	}
	// Fail has file-system calls fail that come after it, as Step.Fault says.
	Fail = &Word{
		Name:      "fail",
		Arguments: []Argument{faultArgument()},
		Simpler:   simplerFails,
		Weighs:    func(s Step) int64 { return faultSize(s.Fault) },
	}
	// Space limits how much files may grow after it, or lifts the limit.
	Space = &Word{Name: "space", Arguments: []Argument{spaceArgument()}}
	// Release lets the syncs return that are stuck.
	Release = &Word{Name: "release"}
	// Usage measures what the engine's directory takes on the disk, and calls nobody. A
	// program that has it is run and judged, and not explored beyond its own crashes.
	Usage = &Word{Name: "usage"}
	// Repeat runs Step.Body Step.Count times.
	Repeat = &Word{Name: "repeat", block: true, Arguments: []Argument{
		positionFrom(1, "rounds", roundsLimit, func(s *Step) *int { return &s.Count }),
	}}
)

// EndsLife reports whether k ends the engine and opens it again: Reopen, Kill, Crash.
func (k *Word) EndsLife() bool { return k == Reopen || k == Kill || k == Crash }

// repeats reports whether k may be in a Repeat.
func (k *Word) repeats() bool { return k.Call || k.EndsLife() || k == Usage }

// IsFault reports whether k changes what the disk does to calls: Fail, Space, Release.
func (k *Word) IsFault() bool { return k == Fail || k == Space || k == Release }

// simplerCrashes returns what can replace a power failure, boldest first. One in a call
// can come when the call has returned.
func simplerCrashes(s Step) [][]Step {
	out := [][]Step{{{Kind: Reopen}}, {{Kind: Kill}}}
	for manner := LoseNothing; manner < s.Loss.Manner; manner++ {
		out = append(out, []Step{{Kind: s.Kind, Loss: Loss{Manner: manner}}})
	}
	if len(s.Body) == 0 {
		return out
	}
	plain := Step{Kind: s.Kind, Loss: s.Loss}
	out = append(out, []Step{plain}, []Step{s.Body[0]}, []Step{s.Body[0], {Kind: Reopen}}, []Step{s.Body[0], plain})
	for manner := LoseNothing; manner < s.Loss.Manner; manner++ {
		changed := s
		changed.Loss = Loss{Manner: manner}
		out = append(out, []Step{changed})
	}
	for _, body := range Program(s.Body).Simplifications(0) {
		changed := s
		changed.Body = body
		out = append(out, []Step{changed})
	}
	return out
}

func simplerFirstOpens(s Step) [][]Step {
	if !s.DirMissing {
		return nil
	}
	return [][]Step{{{Kind: s.Kind}}}
}

func simplerFails(s Step) (out [][]Step) {
	for _, f := range simplerFaults(s.Fault) {
		out = append(out, []Step{{Kind: s.Kind, Fault: f}})
	}
	return out
}
