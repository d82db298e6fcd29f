package hosted

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// A log has the abilities that its worker lists, and no others.
func TestListedAbilities(t *testing.T) {
	for _, list := range []string{
		"", `"replace_range"`, `"purge_boundary"`, `"durable_index"`, `"replace_range","purge_boundary"`,
		`"replace_range","durable_index"`, `"durable_index","purge_boundary"`, `"replace_range","purge_boundary","durable_index"`,
	} {
		conn := NewConn(strings.NewReader(`{"ackproof":1,"engine":"x"}`+"\n"+`{"id":1,"abilities":[`+list+`]}`+"\n"), io.Discard)
		engine, err := conn.Open("/db", false)
		if err != nil {
			t.Fatal(err)
		}
		log := engine.LogStore()
		_, replaces := log.(engines.RangeReplacer)
		_, keeps := log.(engines.PurgeBoundaryLoader)
		_, indexes := log.(engines.DurableIndexer)
		for ability, got := range map[string]bool{abilityReplaceRange: replaces, abilityPurgeBoundary: keeps, abilityDurableIndex: indexes} {
			if want := strings.Contains(list, ability); got != want {
				t.Errorf("[%s]: got %s %v, want %v", list, ability, got, want)
			}
		}
	}
}

// indexed is an engine whose log says that much is durable, or err.
type indexed struct {
	engines.StorageEngine
	index uint64
	err   error
}

func (i indexed) LogStore() engines.LogStore { return indexedLog{i.StorageEngine.LogStore(), i} }

type indexedLog struct {
	engines.LogStore
	engine indexed
}

func (l indexedLog) DurableIndex(context.Context) (uint64, error) {
	return l.engine.index, l.engine.err
}

// The durable index of an engine comes out at the other end, 0 and errors too.
func TestDurableIndex(t *testing.T) {
	for _, want := range []indexed{{index: 7}, {index: 0}, {err: engines.ErrClosed}} {
		want.StorageEngine = memlog.New()
		conn, end := inProcess(&Server{Name: "indexed", Open: func(string, bool) (engines.StorageEngine, error) { return want, nil }})
		engine, err := conn.Open("/db", false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := engine.LogStore().(engines.DurableIndexer).DurableIndex(t.Context())
		if got != want.index || !errors.Is(err, want.err) {
			t.Errorf("got %d, %v, want %d, %v", got, err, want.index, want.err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

// A worker without the ability refuses the operation, and an answer without the index
// breaks the protocol.
func TestDurableIndexMissing(t *testing.T) {
	conn, end := inProcess(memServer())
	if _, err := conn.Open("/db", false); err != nil {
		t.Fatal(err)
	}
	if err := conn.Call("durable_index", nil, nil); !errors.Is(err, ErrUnknownOp) {
		t.Errorf("got error %v, want %v", err, ErrUnknownOp)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
	conn = NewConn(strings.NewReader(`{"ackproof":1,"engine":"x"}`+"\n"+`{"id":1,"abilities":["durable_index"]}`+"\n"+`{"id":2}`+"\n"), io.Discard)
	engine, err := conn.Open("/db", false)
	if err != nil {
		t.Fatal(err)
	}
	var failure *Failure
	if _, err := engine.LogStore().(engines.DurableIndexer).DurableIndex(t.Context()); !errors.As(err, &failure) {
		t.Errorf("got error %v, want a Failure", err)
	}
}
