//go:build linux

package hosted

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
)

// workEnv makes this test binary a worker that behaves as the value says.
const workEnv = "HOSTED_TEST_WORKER"

func workIfAsked() {
	word, asked := os.LookupEnv(workEnv)
	if !asked {
		return
	}
	os.Exit(work(word))
}

// start starts a worker that behaves as the word says.
func start(t testing.TB, word string, o Options) *Process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workEnv+"="+word)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p, err := Start(cmd, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Kill(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestProcess(t *testing.T) {
	p := start(t, "good", Options{HangAfter: 20 * time.Second})
	hello, err := p.Conn().Hello()
	if err != nil || hello.Engine != "mem" || !hello.ReadOnly || len(hello.Ops) != 3 {
		t.Fatalf("got hello %+v, error %v", hello, err)
	}
	engine, err := p.Conn().Open("/db", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.LogStore().PersistEntries(t.Context(), []engines.Entry{{Index: 1, Term: 1}}); err != nil {
		t.Fatal(err)
	}
	if got := engine.LogStore().LastIndex(); got != 1 {
		t.Errorf("got last index %d, want 1", got)
	}
	if err := engine.Close(); err != nil {
		t.Error(err)
	}
	if !p.Alive() {
		t.Error("got a dead worker, want it alive after a close of the engine")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if p.Alive() {
		t.Error("got a live worker, want it dead after Close")
	}
}

func BenchmarkProcess(b *testing.B) {
	p := start(b, "good", Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Conn().Call("nothing", nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}
