//go:build linux

package sandbox_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// TestMain is the process inside, too: it enters and says what it sees.
func TestMain(m *testing.M) {
	if !sandbox.Entering() {
		goleak.VerifyTestMain(m)
		return
	}
	if os.Getenv("INSIDE_LISTENER") != "" {
		_, _ = sandbox.Listen() // an error says that there is one already
	}
	if err := sandbox.Enter(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	if program := os.Getenv("INSIDE_EXEC"); program != "" {
		fmt.Fprintln(os.Stderr, sandbox.Exec([]string{program, "-c", os.Getenv("INSIDE_SCRIPT")}))
		os.Exit(4)
	}
	inside()
}

// started is a process in a sandbox.
type started struct {
	*sandbox.Sandbox
	cmd *exec.Cmd
	in  io.Writer
	out *bufio.Reader
}

func start(t testing.TB, env ...string) *started { return startIt(t, func(*sandbox.Prepared) {}, env) }

func startIt(t testing.TB, prepare func(*sandbox.Prepared), env []string) *started {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := sandbox.Prepare(cmd)
	if err == nil {
		prepare(prepared)
		if err = cmd.Start(); err != nil {
			err = prepared.Abort(err)
		}
	}
	unavailable(t, err)
	s := &started{cmd: cmd, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s.Sandbox, err = prepared.Receive(10 * time.Second)
	unavailable(t, err)
	t.Cleanup(func() { _, _ = s.Device.Close(), s.Close() })
	return s
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, sandbox.ErrUnavailable) && !strings.Contains(os.Getenv("ACKPROOF_REQUIRE"), "fuse") {
		t.Skipf("NOT RUN: %v; ACKPROOF_REQUIRE=fuse makes this a failure", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ask returns what the process inside says to a command.
func (s *started) ask(t testing.TB, command string) string {
	t.Helper()
	if _, err := fmt.Fprintln(s.in, command); err != nil {
		t.Fatal(err)
	}
	answer, err := s.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(answer)
}

// inDir opens a name in the directory that the process inside shares.
func (s *started) inDir(name string) string {
	return fmt.Sprintf("/proc/self/fd/%d/%s", s.Files.Fd(), name)
}

// TestSpaceAsOnDisks: where engines recover there is as much space as on a served disk.
func TestSpaceAsOnDisks(t *testing.T) {
	s := start(t)
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(s.Files.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	if free := int64(st.Bavail) * st.Bsize; free < fusefs.SpaceBytes || st.Ffree < fusefs.FilesMax {
		t.Errorf("got %d bytes and %d files, want %d and %d", free, st.Ffree, int64(fusefs.SpaceBytes), fusefs.FilesMax)
	}
}

func TestFilesAreShared(t *testing.T) {
	s := start(t)
	if err := os.WriteFile(s.inDir("a"), []byte("outside"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{s.FilesDir, s.ReadOnlyDir} {
		if got, want := s.ask(t, "read "+filepath.Join(dir, "a")), `"outside" <nil>`; got != want {
			t.Errorf("inside %s: got %s, want %s", dir, got, want)
		}
	}
	if got := s.ask(t, "write "+filepath.Join(s.FilesDir, "b")); got != "<nil>" {
		t.Errorf("write inside: %s", got)
	}
	if got, err := os.ReadFile(s.inDir("b")); string(got) != "inside" || err != nil {
		t.Errorf("outside: got %q, %v, want what was written inside", got, err)
	}
	if got := s.ask(t, "write "+filepath.Join(s.ReadOnlyDir, "b")); !strings.Contains(got, "read-only") {
		t.Errorf("write to the read-only view: got %s, want a refusal", got)
	}
}

func TestNothingShowsOutside(t *testing.T) {
	s := start(t)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mounts), "ackproof") {
		t.Errorf("a mount of the sandbox shows outside:\n%s", mounts)
	}
	if got := s.ask(t, "temp"); !strings.HasPrefix(got, filepath.Dir(s.FilesDir)) {
		t.Errorf("temporary files go to %s, want them in the sandbox", got)
	}
	if got := s.ask(t, "pid"); got != "1" {
		t.Errorf("the process inside has number %s, want 1: the first of its namespace", got)
	}
	if got := s.ask(t, "descriptors"); strings.Contains(got, "fuse") || strings.Contains(got, "socket") {
		t.Errorf("the process inside still holds descriptors of its sandbox: %s", got)
	}
}

// TestChildrenEnd: what the process inside started ends with it.
func TestChildrenEnd(t *testing.T) {
	s := start(t)
	if got := s.ask(t, "child"); got != "<nil>" {
		t.Fatal(got)
	}
	child := childOf(t, s.cmd.Process.Pid)
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // returns when the whole process namespace has ended
	if _, err := os.Stat("/proc/" + child); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("process %s outlived its sandbox: %v", child, err)
	}
}

// childOf returns the child of a process, whichever of its threads started it.
func childOf(t *testing.T, pid int) string {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var children string
	for _, list := range lists {
		text, _ := os.ReadFile(list) // the thread may have ended
		children += string(text)
	}
	if children = strings.TrimSpace(children); children == "" {
		t.Fatalf("process %d has no child: %v, %v", pid, lists, err)
	}
	return children
}

func TestExecStaysInside(t *testing.T) {
	s := start(t, "INSIDE_EXEC=/bin/sh", "INSIDE_SCRIPT=echo $$; read line")
	if got, err := s.out.ReadString('\n'); got != "1\n" || err != nil {
		t.Errorf("a program in a sandbox: got %q, %v, want process number 1", got, err)
	}
}

// TestNoEntry: a program that does not enter is reported, with what to do.
func TestNoEntry(t *testing.T) {
	cmd := exec.Command("/bin/true")
	prepared, err := sandbox.Prepare(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		unavailable(t, prepared.Abort(err))
	}
	defer cmd.Wait()
	if _, err = prepared.Receive(10 * time.Second); err == nil || !strings.Contains(err.Error(), "harness.Main") {
		t.Errorf("got %v, want what to do", err)
	}
}

// BenchmarkStart starts and ends a process in a sandbox.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		cmd := exec.Command("/proc/self/exe")
		in, err := cmd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		prepared, err := sandbox.Prepare(cmd)
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		s, err := prepared.Receive(10 * time.Second)
		if err != nil {
			b.Fatal(err)
		}
		_, _, _ = in.Close(), s.Device.Close(), s.Close()
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}
