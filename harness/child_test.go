package harness_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
)

// childVariable makes TestOfChild, in a process that a test started, test the engine
// that it names.
const childVariable = "ACKPROOF_TEST_CHILD"

// childFactories are the engines that a child may test.
func childFactories() []engines.Factory {
	return slices.Concat([]engines.Factory{threeBugs}, slowEngines, harmfulFactories())
}

// TestOfChild is a user's test, in a process of its own.
func TestOfChild(t *testing.T) {
	name := os.Getenv(childVariable)
	if name == "" {
		return // only children run it
	}
	for _, f := range childFactories() {
		if f.Name == name {
			harness.Run(t, f)
			return
		}
	}
	t.Fatalf("no engine %q", name)
}

// child is a process that tests an engine, as a user's "go test -v" does.
type child struct {
	*exec.Cmd
	engine       string
	outDir       string        // of its bundles
	timeout      time.Duration // of the test
	began, ended time.Time
	lines        []childLine
	done         chan struct{}
}

// childLine is a line of a child's output, and when it came.
type childLine struct {
	text  string
	after time.Duration
}

func startChild(t *testing.T, engine string, timeout time.Duration, flags ...string) *child {
	t.Helper()
	outDir := t.TempDir()
	flags = append([]string{"-test.run=^TestOfChild$", "-test.v", "-test.timeout=" + timeout.String(), "-ackproof.out=" + outDir}, flags...)
	c := &child{engine: engine, outDir: outDir, timeout: timeout, Cmd: exec.Command(os.Args[0], flags...), done: make(chan struct{})}
	// What is cut short is no failure of the child.
	c.Env = append(os.Environ(), childVariable+"="+engine, "ACKPROOF_REQUIRE=")
	out, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stdout, c.Stderr, c.began = w, w, time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	go func() {
		c.read(out)
		_ = c.Wait() // its state says how it ended
		c.ended = time.Now()
		close(c.done)
	}()
	return c
}

func (c *child) read(out io.ReadCloser) {
	defer out.Close()
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		c.lines = append(c.lines, childLine{line, time.Since(c.began)})
		if err != nil {
			return
		}
	}
}

// wait waits for the child to end, and returns its output.
func (c *child) wait(t *testing.T) string {
	t.Helper()
	<-c.done
	var out strings.Builder
	for _, l := range c.lines {
		out.WriteString(l.text)
	}
	return out.String()
}

func (c *child) code() int           { return c.ProcessState.ExitCode() }
func (c *child) took() time.Duration { return c.ended.Sub(c.began) }

// toldLine is the line that tells a finding, with its property and its bundle.
var toldLine = regexp.MustCompile(`found: \S+ under \S+ breaks \S+: .* \((\S+\.ackproof)\)`)

// verdictLine is the line that has the verdict under a profile.
var verdictLine = regexp.MustCompile(`: \S+ under (\S+): (refuted|held|unknown)`)

// toldAfter returns when the first finding was told.
func (c *child) toldAfter() (time.Duration, bool) {
	for _, l := range c.lines {
		if toldLine.MatchString(l.text) {
			return l.after, true
		}
	}
	return 0, false
}

// bundles returns the files of the findings that were told.
func (c *child) bundles() []string {
	var out []string
	for _, l := range c.lines {
		if m := toldLine.FindStringSubmatch(l.text); m != nil {
			out = append(out, m[1])
		}
	}
	return out
}

// verdicts returns the verdict under each profile.
func (c *child) verdicts() map[string]string {
	out := map[string]string{}
	for _, l := range c.lines {
		if m := verdictLine.FindStringSubmatch(l.text); m != nil {
			out[m[1]] = m[2]
		}
	}
	return out
}
