package page

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// timeline is a life in columns, as the script reads it: texts stand in tables,
// and events cite them by place.
type timeline struct {
	Kinds []string   `json:"kinds"`
	Paths []string   `json:"paths"`
	Stack [][]string `json:"stacks"`
	Calls []callData `json:"calls"`
	// Columns, one place for each event.
	Kind []int   `json:"kind"`
	Path []int   `json:"path"` // place in Paths
	To   []int   `json:"to"`   // place in Paths; 0 for none
	Off  []int64 `json:"off"`
	Len  []int   `json:"len"`
	Call []int   `json:"call"`
	At   []int   `json:"at"` // place in Stack
	// Faults are the events of calls that a fault failed.
	Faults []faultData `json:"faults"`
	// Opened is the time at which the engine had opened; Crash that of the crash
	// that ended the life, -1 for none.
	Opened int `json:"opened"`
	Crash  int `json:"crash"`
}

// faultData is an event of a fault: the call that failed, with what, and the event in words.
type faultData struct {
	Event  int    `json:"event"`
	Failed string `json:"failed"`
	Error  string `json:"error"`
	Text   string `json:"text"`
}

// callData is a call; Returned is 0 for one that never did.
type callData struct {
	ID       int    `json:"id"`
	Client   int    `json:"client"`
	Op       string `json:"op"`
	Result   string `json:"result"`
	Invoked  int    `json:"invoked"`
	Returned int    `json:"returned"`
	Faulted  bool   `json:"faulted,omitempty"`
}

// newTimeline returns a life that ended in a crash at a time, -1 for none.
func newTimeline(l *evidence.Life, results map[int]string, crash int) timeline {
	t := timeline{Opened: l.OpenedAt, Crash: crash, Calls: []callData{}, Faults: []faultData{}}
	kinds, paths := newTable(&t.Kinds), newTable(&t.Paths)
	paths("")
	for i, e := range l.Journal.Events {
		if e.IsFault() || e.FailsLate() {
			t.Faults = append(t.Faults, faultData{i, e.Failed.String(), e.Error.String(), line(e.String())})
		}
		t.Kind = append(t.Kind, kinds(e.Kind.String()))
		t.Path = append(t.Path, paths(e.Path))
		t.To = append(t.To, paths(e.ToPath))
		t.Off = append(t.Off, e.Off)
		t.Len = append(t.Len, max(len(e.Data), int(e.Len)))
		t.Call = append(t.Call, e.Call)
		t.At = append(t.At, e.Stack)
	}
	for i := range l.Journal.Stacks {
		texts := []string{}
		for _, p := range places(evidence.EngineFrames(l.Journal.Frames(i))) {
			texts = append(texts, p.String())
		}
		t.Stack = append(t.Stack, texts)
	}
	for i := range l.Calls {
		t.Calls = append(t.Calls, newCallData(&l.Calls[i], results))
	}
	return t
}

func newCallData(c *models.Call, results map[int]string) callData {
	return callData{
		ID: c.ID, Client: c.Client, Op: line(c.Op.String()), Result: line(results[c.ID]),
		Invoked: c.Invoked, Returned: c.Returned, Faulted: c.Faulted,
	}
}

// newTable returns a function that tells a text's place in the table, and adds
// it if it has none.
func newTable(table *[]string) func(string) int {
	places := map[string]int{}
	return func(text string) int {
		at, ok := places[text]
		if !ok {
			at = len(*table)
			places[text] = at
			*table = append(*table, line(text))
		}
		return at
	}
}
