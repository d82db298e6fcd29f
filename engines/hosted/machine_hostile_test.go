package hosted

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// TestHostileMachines wants the failure that fits of every answer that a machine's worker
// must not give, and the same one from all later calls.
func TestHostileMachines(t *testing.T) {
	type call = func(m engines.StateMachine) error
	running := func(m engines.StateMachine) error { m.IsRunning(); return nil }
	length := func(m engines.StateMachine) error { m.Len(); return nil }
	empty := func(m engines.StateMachine) error { m.IsEmpty(); return nil }
	last := func(m engines.StateMachine) error { m.LastApplied(); return nil }
	snapshot := func(m engines.StateMachine) error { m.SnapshotMetadata(); return nil }
	term := func(m engines.StateMachine) error { m.EntryTerm(1); return nil }
	move := func(m engines.StateMachine) error { m.UpdateLastApplied(engines.LogID{}); return nil }
	apply := func(m engines.StateMachine) error {
		_, err := m.ApplyChunk(t.Context(), []engines.Entry{{Index: 1}})
		return err
	}
	get := func(m engines.StateMachine) error { _, _, err := m.Get(t.Context(), nil); return err }
	multi := func(m engines.StateMachine) error { _, _, err := m.GetMulti(t.Context(), [][]byte{nil}); return err }
	scan := func(m engines.StateMachine) error { _, _, err := m.ScanPrefix(t.Context(), nil); return err }
	generate := func(m engines.StateMachine) error {
		_, err := m.GenerateSnapshotData(t.Context(), "/s", engines.LogID{})
		return err
	}
	sum := strings.Repeat("0", 64)
	for _, c := range []struct {
		call    call
		members string // of the answer, besides its id
		text    string
	}{
		{running, ``, `without "running"`},
		{running, `,"running":null`, `without "running"`},
		{running, `,"running":1`, `cannot unmarshal number`},
		{length, ``, `without "len"`},
		{empty, ``, `without "len"`},
		{length, `,"len":-1`, `without "len"`},
		{length, `,"len":18446744073709551615`, `cannot unmarshal number`},
		{last, ``, `without "last_applied"`},
		{last, `,"last_applied":7`, `cannot unmarshal number`},
		{last, `,"last_applied":{"index":-7}`, `cannot unmarshal number`},
		{snapshot, `,"metadata":{}`, `without "metadata"`},
		{snapshot, `,"metadata":{"last_included":{"index":1,"term":1}}`, `without "metadata"`},
		{snapshot, `,"metadata":{"checksum":"` + sum + `"}`, `without "metadata"`},
		{snapshot, `,"metadata":{"last_included":{},"checksum":"00"}`, `checksum of 2 digits, want 64`},
		{term, `,"term":"1"`, `cannot unmarshal string`},
		{move, `,"x":tru`, `no JSON object`},
		{apply, ``, `without "results"`},
		{apply, `,"results":[]`, `with 0 results, want 1`},
		{apply, `,"results":[{},{}]`, `with 2 results, want 1`},
		{apply, `,"results":[7]`, `cannot unmarshal number`},
		{get, `,"value":"?"`, `illegal base64`},
		{get, `,"value":7`, `cannot unmarshal number`},
		{multi, `,"applied":1`, `without "values"`},
		{multi, `,"values":[null]`, `without "applied"`},
		{multi, `,"values":[],"applied":1`, `with 0 values, want 1`},
		{scan, `,"revision":1`, `without "pairs"`},
		{scan, `,"pairs":[]`, `without "revision"`},
		{scan, `,"pairs":[{"key":"","value":""},{"key":""}],"revision":1`, `pair 1 lacks its key or its value`},
		{scan, `,"pairs":[{"value":""}],"revision":1`, `pair 0 lacks its key or its value`},
		{generate, ``, `without "checksum"`},
		{generate, `,"checksum":"` + sum[1:] + `x"`, `invalid byte`},
	} {
		answers := `{"ackproof":1,"engine":"m","subject":"state-machine"}` + "\n" + `{"id":1}` + "\n" + `{"id":2` + c.members + "}\n"
		conn := NewConn(strings.NewReader(answers), io.Discard)
		m, err := conn.OpenMachine("/db", false)
		if err != nil {
			t.Fatal(err)
		}
		var f *Failure
		if err := caught(func() error { return c.call(m) }); !errors.As(err, &f) || f.Manner != engines.MannerGarbage || !strings.Contains(f.Text, c.text) {
			t.Errorf("%s: got %v, want a Failure with %q", answers, err, c.text)
			continue
		}
		if again := caught(func() error { return last(m) }); !errors.Is(again, f) {
			t.Errorf("%s: got %v from a later call, want the same failure", answers, again)
		}
	}
}

// caught returns the error that do returns or panics with.
func caught(do func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			panic(p)
		default:
			err = p.(error) // anything but an error is a bug
		}
	}()
	return do()
}

// TestMachineRefusals wants an error of a machine to come back as one, or in a panic where
// the method can return none.
func TestMachineRefusals(t *testing.T) {
	const hello = `{"ackproof":1,"engine":"m","subject":"state-machine"}` + "\n" + `{"id":1}` + "\n"
	for name, call := range map[string]func(m engines.StateMachine) error{
		"returned": func(m engines.StateMachine) error { return m.Flush(t.Context()) },
		"panic":    func(m engines.StateMachine) error { m.UpdateLastApplied(engines.LogID{}); return nil },
	} {
		conn := NewConn(strings.NewReader(hello+`{"id":2,"error":"no","kind":"stale"}`+"\n"), io.Discard)
		m, err := conn.OpenMachine("/db", false)
		if err != nil {
			t.Fatal(err)
		}
		var remote *Error
		if err := caught(func() error { return call(m) }); !errors.Is(err, engines.ErrStale) || !errors.As(err, &remote) {
			t.Errorf("%s: got %v, want an Error that is %v", name, err, engines.ErrStale)
		}
	}
}

// TestHelloSubjects reads hellos of subjects that are known, absent and unknown.
func TestHelloSubjects(t *testing.T) {
	for hello, want := range map[string]string{
		`{"ackproof":1,"engine":"e"}`:                           SubjectLog,
		`{"ackproof":1,"engine":"e","subject":null}`:            SubjectLog,
		`{"ackproof":1,"engine":"e","subject":"log"}`:           SubjectLog,
		`{"ackproof":1,"engine":"e","subject":"state-machine"}`: SubjectMachine,
		`{"ackproof":1,"engine":"e","subject":"queue"}`:         "",
	} {
		open := map[string]func(c *Conn) error{
			SubjectLog:     func(c *Conn) error { _, err := c.Open("/db", false); return err },
			SubjectMachine: func(c *Conn) error { _, err := c.OpenMachine("/db", false); return err },
		}
		for subject, open := range open {
			err := open(NewConn(strings.NewReader(hello+"\n"+`{"id":1}`+"\n"), io.Discard))
			if subject == want && err != nil || subject != want && !errors.Is(err, ErrSubject) {
				t.Errorf("%s: got %v from the open of a %s", hello, err, subject)
			}
		}
	}
	conn := NewConn(strings.NewReader(`{"ackproof":1,"engine":"e","subject":7}`+"\n"), io.Discard)
	var f *Failure
	if _, err := conn.OpenMachine("/db", false); !errors.As(err, &f) || f.Manner != engines.MannerGarbage {
		t.Errorf("got %v of a subject that is no word, want a Failure", err)
	}
}
