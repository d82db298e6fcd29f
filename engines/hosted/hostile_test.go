//go:build linux

package hosted

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
)

// orphanEnv names the file where a worker says which process it leaves behind.
const orphanEnv = "HOSTED_TEST_ORPHAN"

// Lines of a conversation; the n-th is the answer to the n-th call of converse.
const (
	lineHello   = 0
	lineOpen    = 1
	linePersist = 2
	lineFlush   = 7
	lineClose   = 15
)

// converse makes every call of the protocol in order and returns how many were
// answered, and the first error. The call that follows the first quick ones is not
// given long if the worker is to hang there.
func converse(ctx context.Context, p *Process, quick int) (answered int, err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e // LastIndex has no other way
		}
	}()
	var engine engines.StorageEngine
	step := func(do func() error) {
		if answered == quick && quick > 0 && time.Duration(p.worker.hangAfter.Load()) < hangNever {
			p.SetHangAfter(hangSoon)
		}
		if err == nil {
			if err = do(); err == nil {
				answered++
			}
		}
	}
	step(func() error { _, err := p.Conn().Hello(); return err })
	step(func() (err error) { engine, err = p.Conn().Open("/db", false); return err })
	if err != nil {
		return answered, err
	}
	log, meta := engine.LogStore().(fullLog), engine.MetaStore()
	batch := []engines.Entry{{Index: 1, Term: 1, Payload: make([]byte, 1<<17)}, {Index: 2, Term: 1}}
	for _, do := range []func() error{
		func() error { return log.PersistEntries(ctx, batch) },
		func() error { return log.ReplaceRange(ctx, 2, batch[1:]) },
		func() error { return log.Truncate(ctx, 2) },
		func() error { return log.Purge(ctx, engines.LogID{Index: 1, Term: 1}) },
		func() error { return log.Reset(ctx) },
		func() error { return log.Flush(ctx) },
		func() error { _, _, err := log.Entry(ctx, 1); return err },
		func() error { _, err := log.GetEntries(ctx, 1, 2); return err },
		func() error { log.LastIndex(); return nil },
		func() error { return meta.SaveHardState(ctx, engines.HardState{Term: 1}) },
		func() error { _, _, err := meta.LoadHardState(ctx); return err },
		func() error { return meta.Flush(ctx) },
		func() error { _, _, err := log.LoadPurgeBoundary(ctx); return err },
		engine.Close,
	} {
		step(do)
	}
	return answered, err
}

const (
	hangNever = time.Minute
	hangSoon  = 100 * time.Millisecond
	// hangLater leaves time for what goes well.
	hangLater = 20 * time.Second
)

// hostileCase is a worker and the failure that it must give.
type hostileCase struct {
	word      string
	hangAfter time.Duration
	answered  int
	manner    string
	text      string // a part of Text
	stack     string // a part of Stack
	log       string // a part of Log
}

func hostileCases() []hostileCase {
	garbage := func(word string, answered int, text string) hostileCase {
		return hostileCase{word: word, answered: answered, manner: engines.MannerGarbage, text: text}
	}
	cases := []hostileCase{
		garbage("garbage@0", lineHello, `got line "Segmentation fault (core dumped)", want a hello`),
		garbage("future@0", lineHello, `speaks version 2 of the protocol, and this ackproof speaks version 1: use a newer ackproof`),
		garbage("nameless@0", lineHello, `want one that names its "engine"`),
		garbage("empty@0", lineHello, `got line "", want a hello`),
		garbage("stray@0", lineHello, `got line "debug: writing", want a hello`),
		garbage("endless@0", lineHello, `want at most 1048576`),
		garbage("twice@0", lineOpen, `want the answer to open: it has no id`),
		garbage("garbage@1", lineOpen, `want the answer to open: no JSON object`),
		garbage("no-object@2", linePersist, `got line "[1,2]", want the answer to persist_entries`),
		garbage("no-id@2", linePersist, `it has no id`),
		garbage("empty@2", linePersist, `got line "", want the answer to persist_entries`),
		garbage("wrong-id@2", linePersist, `got an answer to request 999, which was never made`),
		garbage("broken@2", linePersist, `no JSON object`),
		garbage("bad-field@1", lineOpen, `cannot unmarshal number`),
		garbage("twice@2", linePersist+1, `got a second answer to request 2, want the answer to replace_range (request 3)`),
		garbage("stray@2", linePersist, `got line "debug: writing"`),
		garbage("endless@9", 9, `want at most 1048576`),
		garbage("closes@2", linePersist, `closed its output or input and went on for 1s: output ended, want the answer to persist_entries`),
		{word: "partial@9", answered: 9, manner: engines.MannerExit, text: "status 3: output ended within a line"},
		{word: "segv@3", answered: 3, manner: engines.MannerSignal, text: "ended by SIGSEGV: output ended, want the answer to replace_range"},
		{word: "bus@3", answered: 3, manner: engines.MannerSignal, text: "ended by SIGBUS: output ended, want the answer to replace_range"},
		{word: "abort@0", answered: 0, manner: engines.MannerSignal, text: "ended by SIGABRT"},
		{word: "panics", answered: lineFlush, manner: engines.MannerPanic, text: "got a panic in flush, want an answer: flush: lost count", stack: "evilLog.Flush"},
		{word: "faults", answered: lineFlush, manner: engines.MannerPanic, text: "memory fault at address 0x", stack: "readCutMap"},
		{word: "goroutine@4", answered: 4, manner: engines.MannerExit, text: "status 2", log: "panic: in the background"},
		{word: "noisy@4", answered: 4, manner: engines.MannerExit, text: "status 3", log: "noise\nlast words"},
		{word: "child@4", answered: 4, manner: engines.MannerExit, text: "status 3"},
		{word: "orphan@4", answered: 4, manner: engines.MannerExit, text: "status 3"},
		{word: "noisy-orphan@4", answered: 4, manner: engines.MannerExit, text: "status 3", log: "noise"},
		{word: "unread@1", hangAfter: hangLater, answered: 2, manner: engines.MannerHang, text: "no answer to persist_entries", log: "goroutine"},
	}
	for line := range lineClose + 1 {
		at := "@" + strconv.Itoa(line)
		if !testing.Short() || line <= linePersist || line == lineClose {
			cases = append(cases, hostileCase{word: "exits-0" + at, answered: line, manner: engines.MannerExit, text: "exited with status 0: output ended, want"})
		}
		cases = append(cases, hostileCase{word: "exits-3" + at, answered: line, manner: engines.MannerExit, text: "exited with status 3: output ended, want"})
		if line > 0 {
			cases = append(cases, hostileCase{word: "hangs" + at, hangAfter: hangLater, answered: line, manner: engines.MannerHang, text: "got no answer to", log: "goroutine "})
		}
	}
	return append(cases, hostileCase{word: "hangs@0", hangAfter: time.Second, manner: engines.MannerHang, text: "got no answer to hello within 1s"})
}

// TestHostileWorkers wants a clear failure of every worker that breaks the
// protocol, soon, and nothing left behind.
func TestHostileWorkers(t *testing.T) {
	for _, c := range hostileCases() {
		t.Run(c.word, func(t *testing.T) {
			pidFile := filepath.Join(t.TempDir(), "pid")
			t.Setenv(orphanEnv, pidFile)
			defer killOrphan(t, pidFile)
			leavesNothing(t, func() { c.run(t) })
		})
	}
}

func (c hostileCase) run(t *testing.T) {
	const logBytesMax = 8 << 10
	if c.hangAfter == 0 {
		c.hangAfter = hangNever
	}
	p := start(t, c.word, Options{HangAfter: c.hangAfter, LogBytesMax: logBytesMax})
	if strings.HasPrefix(c.word, "endless") {
		p.Conn().lines.bytesMax = 1 << 20
	}
	answered, err := converse(t.Context(), p, c.answered)
	var f *Failure
	if !errors.As(err, &f) {
		t.Fatalf("got error %v after %d answers, want a Failure", err, answered)
	}
	if want := c.word == "faults" || c.word == "bus@3"; f.LostPage() != want {
		t.Errorf("%v: a page was lost: %v, want %v", f, f.LostPage(), want)
	}
	if answered != c.answered {
		t.Errorf("got %d answers before the failure, want %d", answered, c.answered)
	}
	if f.Manner != c.manner || !strings.Contains(f.Text, c.text) || !strings.Contains(f.Stack, c.stack) || !strings.Contains(f.Log, c.log) {
		t.Errorf("got %v\nstack %s\nlog %s\nwant %+v", f, f.Stack, f.Log, c)
	}
	if len(f.Log) > logBytesMax {
		t.Errorf("got a log of %d bytes, want at most %d", len(f.Log), logBytesMax)
	}
	if p.Alive() {
		t.Error("got a live worker, want it dead")
	}
	if again := p.Conn().Call("nothing", nil, nil); !errors.Is(again, f) {
		t.Errorf("got %v from a later call, want the same failure", again)
	}
	if err := errors.Join(p.Kill(), p.Kill()); err != nil {
		t.Error(err)
	}
}

// leavesNothing runs do and wants no new child or descriptor afterwards.
func leavesNothing(t *testing.T, do func()) {
	before := descriptors(t)
	do()
	if after := descriptors(t); after != before {
		t.Errorf("got %s open afterwards, want %s", after, before)
	}
	children, err := Children(os.Getpid())
	if err != nil || len(children) != 0 {
		t.Errorf("got children %v, error %v, want none", children, err)
	}
}

// descriptors lists what is open, but for what the runtime opens once.
func descriptors(t *testing.T) string {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var open []string
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && !strings.HasPrefix(target, "anon_inode:[event") && !strings.HasSuffix(target, "/fd") {
			open = append(open, e.Name()+"="+target)
		}
	}
	return fmt.Sprint(open)
}

// killOrphan kills the process whose number is in the file, if there is one, which
// must have been left alive.
func killOrphan(t *testing.T, pidFile string) {
	number, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	pid, err := strconv.Atoi(string(number))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !strings.Contains(t.Name(), "noisy") {
		t.Errorf("kill what the worker left behind: %v", err)
	}
}

// TestClose wants a worker to exit when its input ends, and to say no more.
func TestClose(t *testing.T) {
	for _, c := range []struct{ word, manner, text string }{
		{"good", "", ""},
		{"stays", engines.MannerHang, "got no answer to the end of stdin"},
		{"adds", engines.MannerGarbage, `got "bye" after stdin ended, want no more output`},
		{"ends-with-3", engines.MannerExit, "exited with status 3: stdin ended, want exit status 0"},
		{"garbage@0", engines.MannerGarbage, "want a hello"},
	} {
		t.Run(c.word, func(t *testing.T) {
			leavesNothing(t, func() {
				p := start(t, c.word, Options{HangAfter: 2 * time.Second})
				err := p.Close()
				var f *Failure
				if failed := errors.As(err, &f); failed != (c.manner != "") || failed && (f.Manner != c.manner || !strings.Contains(f.Text, c.text)) {
					t.Errorf("got error %v, want %s: %s", err, c.manner, c.text)
				}
				if p.Alive() {
					t.Error("got a live worker, want it dead")
				}
				if err := errors.Join(p.Close(), p.Kill()); err != nil {
					t.Errorf("again: %v", err)
				}
				if err := p.Conn().Call("nothing", nil, nil); !errors.As(err, &f) {
					t.Errorf("got error %v from a call, want a Failure", err)
				}
			})
		})
	}
}
