package reports

import "github.com/ackproof/ackproof/harness/evidence"

// Report is a result in plain values: the JSON form, and what the text is
// written from. Equal runs give equal reports, unless times are asked for or the engine's
// own words differ.
type Report struct {
	// Version is that of the form.
	Version int `json:"version"`
	// Engine is the engine's name, Profile the file system that it was explored
	// under, with the knobs that were turned.
	Engine  string `json:"engine"`
	Profile string `json:"profile"`
	// Handover says who wrote and who opened where that were two, which Engine names both; it
	// is left out for an engine that opens what it wrote itself.
	Handover *Handover `json:"handover,omitempty"`
	// Seed is where generated programs and samples came from.
	Seed uint64 `json:"seed"`
	// Verdict is "held", "refuted", "unknown" or "harness broken". It is held only if
	// every program was explored as planned.
	Verdict evidence.Verdict `json:"verdict"`
	// Claims are the names of the claims that the engine makes.
	Claims []string `json:"claims"`
	// Durability is when writes are durable: durable, buffered or volatile. Outcomes of
	// older releases have none.
	Durability string `json:"durability,omitempty"`
	// Without are the names of the operations that the engine does not offer; they
	// were not called.
	Without []string `json:"without,omitempty"`
	// Planted is the property that the engine was made to break, "" for none.
	Planted string `json:"planted,omitempty"`
	// Weaknesses are those that the engine is documented to have, and that a run must find;
	// it is left out if there are none.
	Weaknesses []Weakness `json:"weaknesses,omitempty"`
	// AsExpected says that the outcome is what was expected of the engine.
	AsExpected bool `json:"asExpected"`
	// CouldClaimDurable says that the engine claims no durable writes though none was lost.
	CouldClaimDurable bool `json:"modest"`
	// Cut says what ended the run before all was explored as planned, "" if nothing did.
	Cut string `json:"cut,omitempty"`
	// Broken says why the verdict is "harness broken": what the harness's check of itself
	// found wrong. "" if nothing.
	Broken string `json:"broken,omitempty"`
	// NotSeen says which of the engine's calls could not be seen, and why, "" if all could.
	NotSeen string `json:"notSeen,omitempty"`
	// WantsDir says why the engine did not open where its directory was missing. "" if it
	// opened.
	WantsDir string `json:"wantsDir,omitempty"`
	// UnseenKnown are the signatures of known causes that did not show.
	UnseenKnown []string `json:"unseenKnown,omitempty"`
	// Seconds is how long the run took; it is left out unless times are asked for.
	Seconds float64 `json:"seconds,omitempty"`
	// Programs counts the programs that were explored as planned.
	Programs Programs `json:"programs"`
	// States counts the crash states that were visited.
	States States `json:"states"`
	// Faults counts the faults that were tried; it is left out if none were.
	Faults *Faults `json:"faults,omitempty"`
	// Unfired are the faults that did not fire of programs that somebody gave: then the
	// verdict is "unknown" if nothing refutes the engine.
	Unfired []Unfired `json:"unfired,omitempty"`
	// Basis says in one sentence what the verdict rests on: what was looked at, what was taken
	// for granted of the disk, and what was not looked at. Outcomes of older releases have none.
	Basis string `json:"basis,omitempty"`
	// Sensitivity lists the sabotages that a run was put to in which the engine held: changes
	// for the worse of what the engine did. It is left out if there were none.
	Sensitivity []Sabotage `json:"sensitivity,omitempty"`
	// RecoveryCoverage says which blocks of the engine's code ran in recoveries; it is left out
	// unless the program was built to count them.
	RecoveryCoverage *RecoveryCoverage `json:"recoveryCoverage,omitempty"`
	// Properties are all promises, in a fixed order, and how each fared.
	Properties []Property `json:"properties"`
	// Findings are the broken promises, one for each cause.
	Findings []Finding `json:"findings"`
}

// Handover is two engines, of which one opens what the other wrote.
type Handover struct {
	// Writer is the name of the one that runs until the power fails, and Reader of the one
	// that opens what a power failure or a clean close left, and goes on.
	Writer string `json:"writer"`
	Reader string `json:"reader"`
}

// Property is how the engine stands towards one promise.
type Property struct {
	// ID is the promise's name, such as "acked-durable".
	ID string `json:"id"`
	// Claimed says that the engine makes the promise.
	Claimed bool `json:"claimed"`
	// Verdict is "held", "refuted", "not exercised" or "not claimed".
	Verdict evidence.Verdict `json:"verdict"`
	// States is how many visited states put it to the test.
	States int `json:"states"`
}

// Finding is a broken promise with its smallest evidence.
type Finding struct {
	// Property is the name of the broken promise.
	Property string `json:"property"`
	// Profile is the file system of the finding where it is not the report's: there a failed
	// fsync leaves something else. "" for the report's.
	Profile string `json:"profile,omitempty"`
	// Handover is as in the report.
	Handover *Handover `json:"handover,omitempty"`
	// Rule is the demand of Raft's that it breaks, "R1" to "R8", or "".
	Rule string `json:"rule,omitempty"`
	// Signature is the text of the cause, as a line of a file of known causes; findings of
	// one cause have the same.
	Signature string `json:"signature"`
	// States is how many visited states, or corruptions, were of this cause.
	States int `json:"states,omitempty"`
	// Known says that the cause was known before the run, and Comment what its file says
	// of it.
	Known   bool   `json:"known,omitempty"`
	Comment string `json:"comment,omitempty"`
	// Unfinished says what was not done for lack of time, such as "not shrunk: out of
	// time"; "" for nothing.
	Unfinished string `json:"unfinished,omitempty"`
	// Overlaps says that calls overlap in the program, or an fsync with calls: run again,
	// it may go another way. The bundle replays from its journal.
	Overlaps bool `json:"overlaps,omitempty"`
	// Sentence says what was acknowledged when, and what came back. Also says
	// the same of the other promises that the same state broke.
	Sentence string   `json:"sentence"`
	Also     []string `json:"also,omitempty"`
	// Why leads to the cause, a line each: which lost effects matter and who wrote
	// them, and which fsync is missing or why none helps. Empty if nobody looked, and
	// less of it if Unfinished is not empty.
	Why []string `json:"why,omitempty"`
	// Faults are the calls of the file system that faults failed, in the order of the lives,
	// one for each fault.
	Faults []FiredFault `json:"faults,omitempty"`
	// Corruption is what went wrong with stored bytes while nobody wrote them, where that is what
	// the finding shows after: no power failed.
	Corruption *Corruption `json:"corruption,omitempty"`
	// Confirmed says that it came again when it was replayed.
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
	// Log compares what the engine had before the crash with what came back.
	Log []Row `json:"log,omitempty"`
	// Shown is the word for that, "" for a log.
	Shown string `json:"shown,omitempty"`
	// Failure is how the engine failed to recover, "" if it did recover.
	Failure string `json:"failure,omitempty"`
	// Stack is where it panicked or hangs, innermost function first, where that is a
	// stack of Go's.
	Stack []string `json:"stack,omitempty"`
	// Words are the engine's own on how it failed to recover, or to return from a call:
	// the end of what its process wrote to standard error, such as an exception's
	// traceback. They are bounded, with escapes for what cannot be printed.
	Words []string `json:"words,omitempty"`
	// EngineLog is the end of what the engine had written to standard error in the last
	// life, where there are neither Stack nor Words; bounded as they are.
	EngineLog []string `json:"engineLog,omitempty"`
	// Bundle is the file that replays it, "" if none was written.
	Bundle string `json:"bundle,omitempty"`
}

// Life is an engine's calls up to a crash.
type Life struct {
	// Engine says in words which of two engines in a handover made the calls; "" for one alone.
	Engine string `json:"engine,omitempty"`
	// Calls are those that were issued before the crash, in their order.
	Calls []Call `json:"calls"`
	// Crash is how the life ended; nil if nothing ended it.
	Crash *Crash `json:"crash,omitempty"`
}

// Call is one call in words.
type Call struct {
	// ID is the call's number in the journal, Op the call in words.
	ID int    `json:"id"`
	Op string `json:"op"`
	// Result is "ok", what a read returned, an error's text, or "in flight".
	Result string `json:"result"`
	// Faulted says that a fault failed a call of the file system while this one ran.
	Faulted bool `json:"faulted,omitempty"`
}

// FiredFault is a call of the file system that a fault failed, and what the engine made of
// the error.
type FiredFault struct {
	// Life is the number of the life that it fired in, counted from 1, and Event that of
	// the event there.
	Life  int `json:"life"`
	Event int `json:"event"`
	// What says which call failed and with what. Sentence says that and what became of it.
	What     string `json:"what"`
	Sentence string `json:"sentence"`
	// Fault is the text of the fault, as in a program; "" where the disk was full. Again
	// counts the later calls that it failed too.
	Fault string `json:"fault,omitempty"`
	Again int    `json:"again,omitempty"`
	// Call is the call of the engine's that the failed one belongs to, as "call 3 persist
	// 4", "" if that is not known. Dropped says that it succeeded all the same.
	Call    string `json:"call,omitempty"`
	Dropped bool   `json:"dropped,omitempty"`
	// Forgotten is the first call that the engine acknowledged after it had said that a
	// call failed, and before it was opened again; Missing the call that acknowledged what
	// is missing. "" for none.
	Forgotten string `json:"forgotten,omitempty"`
	Missing   string `json:"missing,omitempty"`
	// Stack is who made the failed call, innermost function first; empty where not known.
	Stack []string `json:"stack,omitempty"`
}

// Crash is a power failure in words.
type Crash struct {
	// State is the crash state's text form.
	State string `json:"state"`
	// When says between which calls the power failed.
	When string `json:"when"`
	// Lost is what was lost, by events in their order.
	Lost []Loss `json:"lost"`
}

// Loss is what a crash took of one event.
type Loss struct {
	// Event is the event's number, What the event in words.
	Event int    `json:"event"`
	What  string `json:"what"`
	// Effects are the cells that kept an older version.
	Effects []string `json:"effects"`
	// Call is the call that the event belongs to, as "call 3 persist 4", and
	// Caller the function that issued it; "" where not known.
	Call   string `json:"call,omitempty"`
	Caller string `json:"caller,omitempty"`
}

// Row is a line of a comparison of what there was and what came back.
type Row struct {
	// What is the entry, the range of entries or the key that the line is about.
	What string `json:"what"`
	// Before is what there was before the crash, Recovered what came back;
	// "-" is nothing.
	Before    string `json:"before"`
	Recovered string `json:"recovered"`
}
