package coverage_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/internal/coverage"
)

// The blocks that are known to run in recoveries are counted, in memory and in workers, and those
// that are known not to are not, though calls run them.
func TestRecoveriesAreTold(t *testing.T) {
	source, err := os.ReadFile("testdata/tiny/tiny.go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "tiny.test")
	build(t, binary, "-cover", "-covermode=atomic")
	program := filepath.Join(dir, "program.txt")
	if err := os.WriteFile(program, []byte("# ackproof program v1\npersist 1\npersist 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []string{"TestInMemory", "TestInWorkers"} {
		t.Run(test, func(t *testing.T) {
			profile := filepath.Join(dir, test)
			out, err := runTiny(t, binary, test, "-ackproof.program="+program, "-ackproof.recovery-coverprofile="+profile)
			if strings.Contains(out, "NOTHING WAS TESTED") && os.Getenv("ACKPROOF_REQUIRE") == "" {
				t.Skip("NOTHING WAS TESTED: ", out)
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if want := "lines of recovery never ran"; !strings.Contains(out, want) {
				t.Errorf("got %s\nwant %q", out, want)
			}
			checkProfile(t, string(source), profile)
		})
	}
}

// Programs that take a recovery to a block that none had come to have mutants, which are run too.
func TestMutantsAreRun(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tiny.test")
	build(t, binary, "-cover", "-covermode=atomic")
	explored := func(drawn int) int {
		out, err := runTiny(t, binary, "TestInMemory", fmt.Sprintf("-ackproof.programs=%d", drawn), "-ackproof.second-lives=1", "-ackproof.sequential")
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return numberAfter(t, out, "ackproof.programs ")
	}
	// There are half as many mutants as programs are drawn, at most.
	few, more := explored(1), explored(5)
	if mutants := more - few - 4; mutants < 1 || mutants > 2 {
		t.Errorf("got %d programs with 1 that is drawn and %d with 5, want one or two mutants", few, more)
	}
}

// numberAfter returns the number that stands behind a text.
func numberAfter(t *testing.T, text, before string) (n int) {
	t.Helper()
	_, rest, _ := strings.Cut(text, before)
	if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
		t.Fatalf("%v: want a number after %q in\n%s", err, before, text)
	}
	return n
}

// A test that counts nothing, or not in a way that can be read, says what to do.
func TestProfileNeedsCounters(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "tiny.test")
	build(t, binary)
	out, err := runTiny(t, binary, "TestInMemory", "-ackproof.recovery-coverprofile=never-made")
	if want := "build it with -cover -covermode=atomic"; err == nil || !strings.Contains(out, want) {
		t.Errorf("got %v: %s\nwant a failure that says %q", err, out, want)
	}
}

func build(t *testing.T, binary string, flags ...string) {
	t.Helper()
	args := append([]string{"test", "-c", "-o", binary}, flags...)
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./testdata/tiny")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func runTiny(t *testing.T, binary, test string, flags ...string) (string, error) {
	t.Helper()
	args := []string{"-test.run=^" + test + "$", "-test.v", "-ackproof.profile=ext4-ordered", "-ackproof.quick", "-ackproof.faults=none"}
	cmd := exec.CommandContext(t.Context(), binary, append(args, flags...)...)
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// checkProfile wants what the comments of the source say of its lines in the profile.
func checkProfile(t *testing.T, source, profile string) {
	t.Helper()
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	comments := map[string]string{"ran": "ran", "never ran": "never ran", "elsewhere": ""}
	checked := 0
	for i, line := range strings.Split(source, "\n") {
		_, comment, _ := strings.Cut(line, " // ")
		want, ok := comments[comment]
		if !ok {
			continue
		}
		checked++
		if got := inProfile(t, text, i+1); got != want {
			t.Errorf("line %d, %q: got %q", i+1, line, got)
		}
	}
	if checked < 6 {
		t.Errorf("%d lines say what is known of them, want 6", checked)
	}
}

// inProfile says what a profile says of the block that begins last on a line or before it: "" if
// there is none.
func inProfile(t *testing.T, profile []byte, line int) (said string) {
	t.Helper()
	for text := range bytes.Lines(profile) {
		var first, last, column, statements, count int
		_, at, found := bytes.Cut(text, []byte("tiny.go:"))
		if !found {
			continue
		}
		if _, err := fmt.Sscanf(string(at), "%d.%d,%d.%d %d %d", &first, &column, &last, &column, &statements, &count); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if first <= line && line <= last {
			said = "never ran"
			if count > 0 {
				said = "ran"
			}
		}
	}
	return said
}

// This test binary counts only if it is asked to.
func TestNothingWithoutCounters(t *testing.T) {
	if testing.CoverMode() != "" {
		t.Skip("NOTHING WAS TESTED: this binary counts")
	}
	var r *coverage.Recorder
	if err := coverage.Check(); err == nil || coverage.NewRecorder() != nil || r.Coverage() != nil || r.IsNew([]int{1}) || !r.Quiet() || r.Add(nil) != nil {
		t.Errorf("got %v and a recorder, want an error and none", err)
	}
}
