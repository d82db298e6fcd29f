package hosted

import (
	"io"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// TestServeMachineAnswers gives single requests to a server, after an open and a start.
func TestServeMachineAnswers(t *testing.T) {
	lacks := func(field, want string) string {
		return `{"id":3,"error":"invalid argument: got no \"` + field + `\", want ` + want + `","kind":"invalid"}`
	}
	const noMetadata = `{"id":3,"error":"invalid argument: got no whole \"metadata\", want \"last_included\" and \"checksum\" in it","kind":"invalid"}`
	for _, c := range []struct{ request, answer string }{
		{`"op":"apply_chunk"`, lacks("entries", "an array")},
		{`"op":"apply_chunk","entries":[]`, `{"id":3,"results":[]}`},
		{`"op":"apply_chunk","entries":[{"index":1,"payload":null}]`, `{"id":3,"results":[{"index":1,"succeeded":true,"repeated":false}]}`},
		{`"op":"apply_chunk","entries":[{"index":1,"payload":"CQ=="}]`, `{"id":3,"error":"memmachine: apply: entry 1: invalid argument`},
		{`"op":"get"`, lacks("key", "one")},
		{`"op":"get","key":null`, lacks("key", "one")},
		{`"op":"get","key":""`, `{"id":3}`},
		{`"op":"get","key":"?"`, `{"id":3,"error":"invalid argument: request of get: illegal base64`},
		{`"op":"get_multi"`, lacks("keys", "an array")},
		{`"op":"get_multi","keys":[]`, `{"id":3,"values":[],"applied":0}`},
		{`"op":"get_multi","keys":["","YQ=="]`, `{"id":3,"values":[null,null],"applied":0}`},
		{`"op":"scan_prefix"`, lacks("prefix", "one")},
		{`"op":"scan_prefix","prefix":""`, `{"id":3,"pairs":[],"revision":0}`},
		{`"op":"entry_term"`, lacks("index", "one")},
		{`"op":"entry_term","index":0`, `{"id":3}`},
		{`"op":"last_applied"`, `{"id":3,"last_applied":{"index":0,"term":0}}`},
		{`"op":"update_last_applied","index":1`, lacks("term", "one")},
		{`"op":"persist_last_applied","term":1`, lacks("index", "one")},
		{`"op":"update_snapshot_metadata"`, noMetadata},
		{`"op":"persist_snapshot_metadata","metadata":{"last_included":{"index":1,"term":1}}`, noMetadata},
		{`"op":"persist_snapshot_metadata","metadata":{"checksum":"00"}`, `{"id":3,"error":"invalid argument: request of persist_snapshot_metadata: got a checksum of 2 digits, want 64","kind":"invalid"}`},
		{`"op":"generate_snapshot_data","path":"/s"`, lacks("last_included", "one")},
		{`"op":"generate_snapshot_data","last_included":{}`, lacks("path", "one")},
		{`"op":"apply_snapshot_from_file","path":"/s"`, noMetadata},
		{`"op":"truncate","from":1`, `{"id":3,"error":"unknown operation: got \"truncate\"","kind":"unknown-op"}`},
		{`"op":"is_empty"`, `{"id":3,"error":"unknown operation: got \"is_empty\"","kind":"unknown-op"}`},
		{`"op":"open","read_only":false`, lacks("dir", "one")},
	} {
		var out strings.Builder
		requests := `{"id":1,"op":"open","dir":"/db"}` + "\n" + `{"id":2,"op":"start"}` + "\n" + `{"id":3,` + c.request + "}\n" + `{"id":4,"op":"len"}` + "\n"
		if err := durableMachineServer().Serve(strings.NewReader(requests), &out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if got := lines[3]; !strings.HasPrefix(got, c.answer) || len(lines) != 6 {
			t.Errorf("%s: got %s of %d lines, want %s", c.request, got, len(lines), c.answer)
		}
		// A machine that was not opened has gone with the refused open.
		want := `{"id":4,"len":0}`
		if strings.HasPrefix(c.request, `"op":"open"`) {
			want = `{"id":4,"error":"len: no engine is open: engine is closed","kind":"closed"}`
		}
		if lines[4] != want {
			t.Errorf("after %s: got %s, want %s", c.request, lines[4], want)
		}
	}
}

// TestServeOneSubject wants no server of both or neither, nor one that replaces an
// operation of the other subject.
func TestServeOneSubject(t *testing.T) {
	openLog := func(string, bool) (engines.StorageEngine, error) { return memlog.New(), nil }
	both := durableMachineServer()
	both.Open = openLog
	renamed := memServer()
	renamed.Extra = oddServer().Extra
	renamed.Extra["apply_chunk"] = echo
	for name, s := range map[string]*Server{"both": both, "neither": {Name: "x"}, "an operation of machines": renamed} {
		var out strings.Builder
		if err := s.Serve(strings.NewReader(""), &out); err == nil || out.Len() > 0 {
			t.Errorf("%s: got error %v and output %q, want an error alone", name, err, out.String())
		}
	}
	if err := durableMachineServer().Serve(strings.NewReader(""), io.Discard); err != nil {
		t.Error(err)
	}
}
