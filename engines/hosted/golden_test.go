package hosted

import (
	"bufio"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// durable is an engine in memory that claims what the session in the document does.
type durable struct{ engines.StorageEngine }

func (d durable) LogStore() engines.LogStore {
	return durableLog{d.StorageEngine.LogStore().(fullLog)}
}
func (d durable) Claims() engines.Claims { return engines.Claims{HardStateDurable: true} }

type durableLog struct{ fullLog }

func (durableLog) IsWriteDurable() bool { return true }

func durableServer() *Server {
	return &Server{Name: "mywal", Open: func(string, bool) (engines.StorageEngine, error) { return durable{memlog.New()}, nil }}
}

// documented returns the lines of a session in docs/PROTOCOL.md, with their marks: the
// one whose hello names the engine.
func documented(t testing.TB, engine string) []string {
	page, err := os.ReadFile("../../docs/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, block := range strings.Split(string(page), "```\n") {
		if strings.HasPrefix(block, `< {"ackproof":1,"engine":"`+engine+`"`) {
			lines = strings.Split(strings.TrimSuffix(block, "\n"), "\n")
		}
	}
	if len(lines) < 20 {
		t.Fatalf("got %d lines of the session of %s in docs/PROTOCOL.md, want the whole", len(lines), engine)
	}
	return lines
}

// play plays a documented session to a server and wants the answers that stand there.
func play(t *testing.T, s *Server, session []string) {
	requests, w := io.Pipe()
	r, answers := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- s.Serve(requests, answers)
		_ = answers.Close()
	}()
	out := bufio.NewReader(r)
	for _, line := range session {
		if request, ok := strings.CutPrefix(line, "> "); ok {
			if _, err := io.WriteString(w, request+"\n"); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := out.ReadString('\n')
		if want := line[len("< "):] + "\n"; err != nil || got != want {
			t.Errorf("got  %swant %serror %v", got, want, err)
		}
	}
	_ = w.Close()
	if err := <-served; err != nil {
		t.Errorf("got error %v from Serve, want none when its input ends", err)
	}
}

// replay has a Conn make the calls of a documented session, against answers from there,
// and wants it to write the requests that stand there.
func replay(t *testing.T, session []string, calls func(conn *Conn)) {
	var answers, requests strings.Builder
	var want []string
	for _, line := range session {
		if request, ok := strings.CutPrefix(line, "> "); ok {
			want = append(want, request)
		} else {
			answers.WriteString(line[len("< "):] + "\n")
		}
	}
	calls(NewConn(strings.NewReader(answers.String()), &requests))
	got := strings.Split(strings.TrimSuffix(requests.String(), "\n"), "\n")
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d requests, want %d", len(got), len(want))
	}
}

func TestDocumentedSession(t *testing.T) { play(t, durableServer(), documented(t, "mywal")) }

func TestDocumentedRequests(t *testing.T) {
	replay(t, documented(t, "mywal"), func(conn *Conn) {
		engine, err := conn.Open("/data/log", false)
		if err != nil {
			t.Fatal(err)
		}
		log, meta, ctx := engine.LogStore().(fullLog), engine.MetaStore(), t.Context()
		_ = log.PersistEntries(ctx, []engines.Entry{{Index: 1, Term: 1, Payload: []byte("hello")}, {Index: 2, Term: 1}})
		_ = log.PersistEntries(ctx, []engines.Entry{{Index: 9, Term: 1}})
		_, _ = log.GetEntries(ctx, 1, 9)
		_, _, _ = log.Entry(ctx, 3)
		_ = log.Purge(ctx, engines.LogID{Index: 1, Term: 1})
		_, _, _ = log.LoadPurgeBoundary(ctx)
		conn.Concurrently(true)
		_ = log.LastIndex()
		conn.Concurrently(false)
		_ = meta.SaveHardState(ctx, engines.HardState{Term: 2, Vote: 1})
		_, _, _ = meta.LoadHardState(ctx)
		_ = conn.Call("compact", nil, nil)
		_ = engine.Close()
		_ = conn.Call("flush", nil, nil)
	})
}
