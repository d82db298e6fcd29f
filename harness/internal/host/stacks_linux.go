package host

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/watch"
)

// A worker in Go answers with the stack of the goroutine that changes the disk, while
// that waits for its system call. It is asked on a socket of its own, as the call in
// flight waits for its standard input.

// stacksVariable holds the number of the worker's descriptor of that socket.
const stacksVariable = "ACKPROOF_STACKS"

// stackAsker asks a worker for stacks.
type stackAsker struct {
	mu     sync.Mutex
	socket net.Conn // nil: the worker cannot tell
	buf    []byte
}

// newStackAsker prepares cmd to be asked. The returned file is the worker's end,
// to be closed once the worker was started.
func newStackAsker(cmd *exec.Cmd) (*stackAsker, *os.File, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "stacks"), os.NewFile(uintptr(pair[1]), "stacks")
	defer ours.Close()
	socket, err := net.FileConn(ours)
	if err != nil {
		theirs.Close()
		return nil, nil, err
	}
	const firstExtra = 3
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", stacksVariable, firstExtra+len(cmd.ExtraFiles)))
	cmd.ExtraFiles = append(cmd.ExtraFiles, theirs)
	return &stackAsker{socket: socket, buf: make([]byte, stackBytesMax)}, theirs, nil
}

// stackBytesMax bounds an answer; a longer one is none.
const stackBytesMax = 64 << 10

// answerWithin bounds the wait for an answer: a worker that is about to be
// stopped by a fault of its own cannot give one.
const answerWithin = 250 * time.Millisecond

// ask returns the stack of the goroutine that waits for the disk, nil if that is
// not known.
func (a *stackAsker) ask() (frames []journal.Frame) {
	a.question(askWaiting, &frames)
	return frames
}

// goroutines names those of the engine, nil if that is not known.
func (a *stackAsker) goroutines() (words []string) {
	a.question(askGoroutines, &words)
	return words
}

// The questions.
const (
	askWaiting    = '?'
	askGoroutines = 'g'
)

// question fills in the answer to a question, if there is one.
func (a *stackAsker) question(what byte, answer any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.socket == nil {
		return
	}
	err := a.socket.SetDeadline(time.Now().Add(answerWithin))
	if err == nil {
		_, err = a.socket.Write([]byte{what})
	}
	n := 0
	if err == nil {
		n, err = a.socket.Read(a.buf)
	}
	if err == nil {
		err = json.Unmarshal(a.buf[:n], answer)
	}
	if err != nil {
		// A late answer would be taken for that to the next question.
		a.closeLocked()
	}
}

func (a *stackAsker) close() {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closeLocked()
}

func (a *stackAsker) closeLocked() {
	if a.socket != nil {
		_ = a.socket.Close()
		a.socket = nil
	}
}

// answerStacks answers such questions in the worker, until there are no more. The engine is of
// the family.
func answerStacks(engine *watch.Family) {
	number, err := strconv.Atoi(os.Getenv(stacksVariable))
	if err != nil {
		return
	}
	_ = os.Unsetenv(stacksVariable)
	unix.CloseOnExec(number)
	text, question := make([]byte, 1<<20), make([]byte, 1)
	for {
		n, err := unix.Read(number, question)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		var said any
		switch question[0] {
		case askGoroutines:
			said = goroutineWords(engine)
		default:
			said = waitingFrames(string(text[:runtime.Stack(text, true)]))
		}
		answer, err := json.Marshal(said)
		if err != nil || len(answer) > stackBytesMax {
			answer = []byte("null")
		}
		if _, err := unix.Write(number, answer); err != nil {
			return
		}
	}
}

// waitingFrames returns the engine's frames of the one goroutine that is in a
// system call made by an engine; nil if there is none, or more than one.
func waitingFrames(stacks string) []journal.Frame {
	var found []journal.Frame
	for _, goroutine := range strings.Split(stacks, "\n\n") {
		header, rest, _ := strings.Cut(goroutine, "\n")
		if !strings.Contains(header, "[syscall") {
			continue
		}
		frames := evidence.EngineFrames(evidence.ParseStack(rest))
		if len(frames) > 0 && found != nil {
			return nil
		}
		if len(frames) > 0 {
			found = frames
		}
	}
	return found
}
