package raftlog

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// The tests write histories with the log's own types, and judge them as the common ones.

const (
	Reopen = reopen
	Crash  = crash
	Close  = ending
)

type Result struct {
	Err       string
	Failure   *models.Failure
	OK        bool
	Entries   []Entry
	LastIndex uint64
	HardState engines.HardState
	Boundary  engines.LogID
	// DurableIndex is what a read of it returned.
	DurableIndex uint64
	Recovered    *Recovered
	Left         []string
}

type Recovered struct {
	View    View
	Failure *models.Failure
	Probe   *Entry
	Again   *View
	Left    []string
}

type Call struct {
	ID, Client           int
	Op                   Op
	Result               Result
	Invoked, Returned    int
	Faulted, AfterFault  bool
	Cancelled            bool
	BesideStuck, Blocked bool
}

type History []Call

func (r *Recovered) common() *models.Recovered {
	if r == nil {
		return nil
	}
	out := &models.Recovered{View: &r.View, Failure: r.Failure, Left: r.Left}
	if r.Probe != nil {
		out.Probe = &Probe{*r.Probe}
	}
	if r.Again != nil {
		out.Again = r.Again
	}
	return out
}

func (c Call) common() models.Call {
	r := c.Result
	out := models.Call{
		ID: c.ID, Client: c.Client, Op: &c.Op, Invoked: c.Invoked, Returned: c.Returned, Faulted: c.Faulted,
		AfterFault: c.AfterFault, Cancelled: c.Cancelled, BesideStuck: c.BesideStuck, Blocked: c.Blocked,
		Result: models.Result{Err: r.Err, Failure: r.Failure, Recovered: r.Recovered.common(), Left: r.Left},
	}
	if c.Op.Kind >= reopen {
		out.Op = models.Restart(c.Op.Kind - reopen + 1)
	}
	if c.Op.Reads() {
		out.Result.Answer = &Answer{OK: r.OK, Entries: r.Entries, LastIndex: r.LastIndex, HardState: r.HardState, Boundary: r.Boundary, DurableIndex: r.DurableIndex}
	}
	return out
}

func (h History) common() models.History {
	var out models.History
	for _, c := range h {
		out = append(out, c.common())
	}
	return out
}

// Until is that of the common history.
func (h History) Until(t int) History {
	var out History
	for _, c := range h.common().Until(t) {
		at := slices.IndexFunc(h, func(o Call) bool { return o.ID == c.ID && o.Invoked == c.Invoked })
		own := h[at]
		if c.Returned == models.Pending {
			own.Returned, own.Result = models.Pending, Result{}
		}
		out = append(out, own)
	}
	return out
}

type checker struct{ *models.Checker }

func NewChecker(c Contract, from models.State, h History) checker {
	return checker{models.NewChecker(c, from, h.common())}
}

func (k checker) Check(p models.Position, r *Recovered) models.Verdict {
	return k.Checker.Check(p, r.common())
}

func (k checker) Before(p models.Position, shown View) View {
	return *k.Checker.Before(p, &shown).(*View)
}

func CheckWhole(c Contract, from models.State, h History, r *Recovered) models.Verdict {
	return models.CheckWhole(c, from, h.common(), r.common())
}

func CheckHistory(c Contract, from models.State, h History) models.Verdict {
	return models.CheckHistory(c, from, h.common())
}

func (r *Recovered) Key() models.Digest { return r.common().Key() }

func (r *Recovered) ShowsAgain() bool { return r.common().ShowsAgain() }

func (c Call) masksFault() bool {
	common := c.common()
	return common.MasksFault()
}
