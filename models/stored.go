package models

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Stored reads what bundles and workers hold of one kind of subject, as JSON. Its functions
// return empty values, to be filled.
type Stored struct {
	Op     func() Op
	Answer func() any
	View   func() View
	Probe  func() Probe
	// Contract reads a contract, which is a value.
	Contract func(text []byte) (Contract, error)
}

// History reads a history. The error says what is wrong with which call.
func (s Stored) History(text []byte) (History, error) {
	var calls []struct {
		Call
		Op     json.RawMessage
		Result storedResult
	}
	if err := json.Unmarshal(text, &calls); err != nil {
		return nil, err
	}
	var out History
	for _, stored := range calls {
		c := stored.Call
		var err error
		if c.Op, err = s.op(stored.Op); err == nil {
			c.Result, err = s.of(c.Op).result(stored.Result)
		}
		if err != nil {
			return nil, fmt.Errorf("call %d: %w", c.ID, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// Recovered reads what came of a recovery, nil if there is none.
func (s Stored) Recovered(text []byte) (*Recovered, error) {
	if isNothing(text) {
		return nil, nil
	}
	var stored struct {
		View, Probe, Again json.RawMessage
		Failure            *Failure
		Left               []string
		Restored           string
	}
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, err
	}
	out := &Recovered{Failure: stored.Failure, Left: stored.Left, Restored: stored.Restored}
	var err error
	if out.View, err = fill(stored.View, s.View); err != nil {
		return nil, err
	}
	if out.Probe, err = fill(stored.Probe, s.Probe); err != nil {
		return nil, err
	}
	out.Again, err = fill(stored.Again, s.View)
	return out, err
}

type storedResult struct {
	Err               string
	Failure           *Failure
	Left              []string
	Answer, Recovered json.RawMessage
}

// of returns the form of the calls of an operation: the answer to [Measure] is of no kind.
func (s Stored) of(op Op) Stored {
	if op == Measure {
		s.Answer = func() any { return new(Usage) }
	}
	return s
}

func (s Stored) result(stored storedResult) (out Result, err error) {
	out.Err, out.Failure, out.Left = stored.Err, stored.Failure, stored.Left
	if out.Answer, err = fill(stored.Answer, s.Answer); err != nil {
		return out, err
	}
	out.Recovered, err = s.Recovered(stored.Recovered)
	return out, err
}

// op reads an operation: a restart is a word, and so is [Measure].
func (s Stored) op(text []byte) (Op, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte(`"`)) {
		op, err := fill(text, s.Op)
		if err == nil && op == nil {
			err = fmt.Errorf("got no operation")
		}
		return op, err
	}
	if string(bytes.TrimSpace(text)) == `"`+measureWord+`"` {
		return Measure, nil
	}
	var r Restart
	err := json.Unmarshal(text, &r)
	return r, err
}

// fill returns the value that text holds, nil if it holds nothing.
func fill[T any](text []byte, empty func() T) (out T, err error) {
	if isNothing(text) {
		return out, nil
	}
	filled := empty()
	if err := json.Unmarshal(text, filled); err != nil {
		return out, err
	}
	return filled, nil
}

func isNothing(text []byte) bool { return len(text) == 0 || string(text) == "null" }
