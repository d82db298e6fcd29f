//go:build linux

package hosted

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// work is a worker. The word is what it does wrong, "good" for nothing, with "@n"
// for the n-th line that it writes, of which the hello is line 0.
func work(word string) int {
	name, at, _ := strings.Cut(word, "@")
	line, _ := strconv.Atoi(at)
	s := memServer()
	s.Open = func(string, bool) (engines.StorageEngine, error) {
		mem := memlog.New()
		return lesser{mem, evilLog{mem.LogStore().(fullLog), name}}, nil
	}
	s.Extra = map[string]func(json.RawMessage) (any, error){
		"nothing": func(json.RawMessage) (any, error) { return nil, nil },
		"echo":    echo,
		"slow": func(request json.RawMessage) (any, error) {
			time.Sleep(2 * hangSoon)
			return echo(request)
		},
	}
	out := &evilWriter{out: os.Stdout, line: line, do: evils[name]}
	if err := s.Serve(os.Stdin, out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return atEnd(name)
}

// atEnd does what goes wrong once stdin has ended.
func atEnd(name string) int {
	switch name {
	case "stays":
		sleep()
	case "adds":
		fmt.Println("bye")
	case "ends-with-3":
		return 3
	}
	return 0
}

func sleep() { time.Sleep(time.Hour) }

// evilWriter writes all lines but one as they come.
type evilWriter struct {
	out  io.Writer
	line int
	do   func(line []byte) []byte
}

func (e *evilWriter) Write(line []byte) (int, error) {
	written := line
	if e.line == 0 && e.do != nil {
		written = e.do(line)
	}
	e.line--
	_, err := e.out.Write(written)
	return len(line), err
}

// evils return what to write instead of a line, or do worse.
var evils = map[string]func(line []byte) []byte{
	"garbage":   func([]byte) []byte { return []byte("Segmentation fault (core dumped)\n") },
	"no-object": func([]byte) []byte { return []byte("[1,2]\n") },
	"no-id":     func([]byte) []byte { return []byte("{}\n") },
	"wrong-id":  func([]byte) []byte { return []byte(`{"id":999}` + "\n") },
	"bad-field": func(line []byte) []byte { return append(line[:len(line)-2], `,"entries":7,"claims":7}`+"\n"...) },
	"broken":    func(line []byte) []byte { return append(line[:len(line)-2], `,"x":tru}`+"\n"...) },
	"future":    func([]byte) []byte { return []byte(`{"ackproof":2,"engine":"new"}` + "\n") },
	"nameless":  func([]byte) []byte { return []byte(`{"ackproof":1}` + "\n") },
	"empty":     func([]byte) []byte { return []byte("\n") },
	"twice":     func(line []byte) []byte { return append(bytes.Clone(line), line...) },
	"stray":     func(line []byte) []byte { return append([]byte("debug: writing\n"), line...) },
	"hangs":     func([]byte) []byte { sleep(); return nil },
	"exits-0":   func([]byte) []byte { os.Exit(0); return nil },
	"exits-3":   func([]byte) []byte { os.Exit(3); return nil },
	"segv":      func([]byte) []byte { becomeShell("kill -SEGV $$"); return nil },
	"bus":       func([]byte) []byte { becomeShell("kill -BUS $$"); return nil },
	"abort":     func([]byte) []byte { becomeShell("kill -ABRT $$"); return nil },
	"partial": func(line []byte) []byte {
		_, _ = os.Stdout.Write(line[:len(line)/2])
		os.Exit(3)
		return nil
	},
	"endless": func([]byte) []byte {
		for {
			if _, err := os.Stdout.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
				os.Exit(1)
			}
		}
	},
	"closes": func([]byte) []byte {
		_ = os.Stdout.Close()
		sleep()
		return nil
	},
	"unread": func(line []byte) []byte {
		_, _ = os.Stdout.Write(line)
		sleep()
		return nil
	},
	"goroutine": func([]byte) []byte {
		go panic("in the background")
		sleep()
		return nil
	},
	"noisy": func([]byte) []byte {
		for range 100 {
			_, _ = os.Stderr.Write(bytes.Repeat([]byte("noise\n"), 1<<12))
		}
		_, _ = os.Stderr.WriteString("last words")
		os.Exit(3)
		return nil
	},
	"child": func([]byte) []byte {
		child := exec.Command("sleep", "1000")
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		os.Exit(3)
		return nil
	},
	"orphan": func([]byte) []byte { leaveOrphan("echo >&3; exec sleep 1000"); return nil },
	// One that also writes without end to what it holds.
	"noisy-orphan": func([]byte) []byte {
		leaveOrphan("echo noise >&2; echo >&3; while echo noise >&2; do :; done")
		return nil
	},
}

// leaveOrphan exits and leaves a process in a session of its own that holds stdin,
// stdout and stderr, and whose number is in a file.
func leaveOrphan(script string) {
	child := exec.Command("sh", "-c", script)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	ready, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	child.ExtraFiles = []*os.File{w}
	if err := child.Start(); err != nil {
		panic(err)
	}
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		panic(err)
	}
	pidFile := os.Getenv(orphanEnv)
	if err := os.WriteFile(pidFile, strconv.AppendInt(nil, int64(child.Process.Pid), 10), 0o600); err != nil {
		panic(err)
	}
	os.Exit(3)
}

// becomeShell is for ends that Go's runtime would turn into others.
func becomeShell(script string) {
	panic(syscall.Exec("/bin/sh", []string{"sh", "-c", "ulimit -c 0; " + script}, nil))
}

// evilLog is a log whose flush goes wrong inside the engine.
type evilLog struct {
	fullLog
	name string
}

func (e evilLog) Flush(ctx context.Context) error {
	switch e.name {
	case "panics":
		panic("flush: lost count")
	case "faults":
		return readCutMap()
	}
	return e.fullLog.Flush(ctx)
}

// readCutMap reads a memory map whose file is shorter by now.
func readCutMap() error {
	f, err := os.CreateTemp("", "map")
	if err != nil {
		return err
	}
	defer f.Close()
	defer os.Remove(f.Name())
	if err := f.Truncate(4096); err != nil {
		return err
	}
	m, err := syscall.Mmap(int(f.Fd()), 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	return fmt.Errorf("read %d from a page that is gone", m[0])
}
