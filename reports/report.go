package reports

// Report is a result in plain values: the JSON form, and what the text is
// written from. Equal runs give equal reports, unless times are asked for.
type Report struct {
	Engine  string `json:"engine"`
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"`
	// Verdict is "held", "refuted" or "unknown".
	Verdict string `json:"verdict"`
	// Claims are the names of the claims that the engine makes.
	Claims []string `json:"claims"`
	// Planted is the property that the engine was made to break, "" for none.
	Planted string `json:"planted,omitempty"`
	// AsExpected tells that the outcome is what was expected of the engine.
	AsExpected bool `json:"asExpected"`
	// Modest tells that the engine claims no durable writes though none was lost.
	Modest bool `json:"modest"`
	// OutOfBudget tells that the budget ended the run.
	OutOfBudget bool       `json:"outOfBudget"`
	Seconds     float64    `json:"seconds,omitempty"`
	Programs    Programs   `json:"programs"`
	States      States     `json:"states"`
	Properties  []Property `json:"properties"`
	Findings    []Finding  `json:"findings"`
}

// Programs counts programs and the lives that they and their crashes made.
type Programs struct {
	Explored int `json:"explored"`
	Planned  int `json:"planned"`
	Lives    int `json:"lives"`
}

// States counts crash states.
type States struct {
	Visited int `json:"visited"`
	// Distinct counts the different images among them; the engine recovered from
	// each.
	Distinct int `json:"distinct"`
	// Judged counts the different pairs of what came back and what was promised.
	Judged  int `json:"judged"`
	Failing int `json:"failing"`
	Unknown int `json:"unknown"`
	// InRecovery counts those whose crash hit a recovery.
	InRecovery int `json:"inRecovery"`
	// ByDepth counts those after one crash, two, three.
	ByDepth []int   `json:"byDepth"`
	ByStage []Stage `json:"byStage"`
}

// Stage is how much of one way of choosing states was visited.
type Stage struct {
	Stage   string `json:"stage"`
	Visited int    `json:"visited"`
	Planned int    `json:"planned"`
	Total   int    `json:"total"`
}

// Property is how the engine stands towards one promise.
type Property struct {
	ID      string `json:"id"`
	Claimed bool   `json:"claimed"`
	// Verdict is "held", "refuted", "not exercised" or "not claimed".
	Verdict string `json:"verdict"`
	// States is how many visited states put it to the test.
	States int `json:"states"`
}

// Finding is a broken promise with its smallest evidence.
type Finding struct {
	Property string `json:"property"`
	// Rule is the demand of Raft's that it breaks, "R1" to "R8", or "".
	Rule      string `json:"rule,omitempty"`
	Signature string `json:"signature"`
	// Sentence says what was acknowledged when, and what came back. Also says
	// the same of the other promises that the same state broke.
	Sentence string   `json:"sentence"`
	Also     []string `json:"also,omitempty"`
	// Confirmed tells that it came again when it was replayed.
	Confirmed bool `json:"confirmed"`
	// Found is the name of the program that showed it first, and AfterStates how
	// many states of other programs were visited before.
	Found       string `json:"found"`
	AfterStates int    `json:"afterStates"`
	// Program is the text of the smallest program that shows it.
	Program string `json:"program"`
	// Lives are what the engine did between crashes; the last one ends in the
	// crash that shows the finding, or in the call that does.
	Lives []Life `json:"lives"`
	// Log compares the log before the crash with what came back.
	Log []Row `json:"log,omitempty"`
	// Failure is how the engine failed to recover, "" if it did recover.
	Failure string `json:"failure,omitempty"`
	// Stack is where it panicked, innermost function first.
	Stack []string `json:"stack,omitempty"`
	// Bundle is the file that replays it, "" if none was written.
	Bundle string `json:"bundle,omitempty"`
}

// Life is an engine's calls up to a crash.
type Life struct {
	Calls []Call `json:"calls"`
	// Crash is how the life ended; nil if nothing ended it.
	Crash *Crash `json:"crash,omitempty"`
}

// Call is one call in words.
type Call struct {
	ID int    `json:"id"`
	Op string `json:"op"`
	// Result is "ok", what a read returned, an error's text, or "in flight".
	Result string `json:"result"`
}

// Crash is a loss of power in words.
type Crash struct {
	// State is the crash state's text form.
	State string `json:"state"`
	// When tells between which calls power was lost.
	When string `json:"when"`
	Lost []Loss `json:"lost"`
}

// Loss is what a crash took of one event.
type Loss struct {
	// Event is the event's number and text.
	Event int    `json:"event"`
	What  string `json:"what"`
	// Effects are the cells that kept an older version.
	Effects []string `json:"effects"`
	// Call is the call that the event belongs to, as "call 3 persist 4", and
	// Caller the function that issued it; "" where not known.
	Call   string `json:"call,omitempty"`
	Caller string `json:"caller,omitempty"`
}

// Row is a line of a comparison of two logs.
type Row struct {
	What      string `json:"what"`
	Before    string `json:"before"`
	Recovered string `json:"recovered"`
}
