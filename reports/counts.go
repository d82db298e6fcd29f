package reports

// Programs counts programs and the lives that they and their crashes made.
type Programs struct {
	// Explored counts the programs that were explored as planned, Planned all.
	Explored int `json:"explored"`
	Planned  int `json:"planned"`
	// Lives counts the lives of the engine in all programs: a life is what it does
	// between two power failures.
	Lives int `json:"lives"`
}

// Faults counts programs in which a call of the file system was to fail.
type Faults struct {
	// Tried counts them all, Fired those in which it did.
	Tried int `json:"tried"`
	Fired int `json:"fired"`
	// Surfaced counts those of the fired in which a call of the engine failed, Masked the
	// rest.
	Surfaced int `json:"surfaced"`
	Masked   int `json:"masked"`
	// Visited counts the visited states of these programs, which are among those of
	// [States].
	Visited int `json:"visited"`
	// NotFired are the names of the programs in which it did not, the first 1000 of them:
	// each names the step, the call, the error and what the failed call leaves.
	NotFired []string `json:"notFired,omitempty"`
	// NotTried says which faults the engine cannot be put to where it runs, and why, "" if
	// none.
	NotTried string `json:"notTried,omitempty"`
}

// Unfired is a fault of a program that did not fire.
type Unfired struct {
	// Program is the name of the program, Fault the step that is the fault.
	Program string `json:"program"`
	Fault   string `json:"fault"`
}

// Sabotage is a change for the worse of what an engine did, by which a promise is to fall.
type Sabotage struct {
	// Kind is what was done: "fsync left out", "rename split", "write dropped", "write torn" or
	// "error swallowed".
	Kind string `json:"kind"`
	// At is what it was done to: the lines that sync, the kind of file, or the call of the file
	// system whose error was swallowed.
	At string `json:"at"`
	// Broken is the first property that fell, "" if none did.
	Broken string `json:"broken,omitempty"`
	// States is how many crash states were judged.
	States int `json:"states"`
	// Cut says that there was no time for all of them.
	Cut bool `json:"cut,omitempty"`
}

// States counts crash states.
type States struct {
	// Visited counts all that were looked at.
	Visited int `json:"visited"`
	// Points counts the crash points at which they are, in all lives.
	Points int `json:"points,omitempty"`
	// Effects counts what could be lost, the versions of sectors, sizes and names, and
	// EffectsLost those of them that some state lost.
	Effects     int `json:"effects,omitempty"`
	EffectsLost int `json:"effectsLost,omitempty"`
	// Distinct counts the different images among them; the engine was let open each.
	Distinct int `json:"distinct"`
	// ReadOnly counts those images that the engine was only let open read-only, since it
	// recovered in full from another that shows the same. From the rest it recovered in full.
	ReadOnly int `json:"readOnly,omitempty"`
	// Judged counts the different pairs of what came back and what was promised.
	Judged int `json:"judged"`
	// Failing counts those that broke a promise, Unknown those that could not be
	// judged.
	Failing int `json:"failing"`
	Unknown int `json:"unknown"`
	// InRecovery counts those whose crash hit a recovery.
	InRecovery int `json:"inRecovery"`
	// ByDepth counts those after one crash, two, three.
	ByDepth []int `json:"byDepth"`
	// ByStage counts them by how they were chosen.
	ByStage []Stage `json:"byStage"`
}

// Stage is how much of one way of choosing states was visited.
type Stage struct {
	// Stage is the name of the way.
	Stage string `json:"stage"`
	// Visited counts the states that were looked at, Planned those that the plan
	// allowed, and Total those that there are.
	Visited int `json:"visited"`
	Planned int `json:"planned"`
	Total   int `json:"total"`
}
