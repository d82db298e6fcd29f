//go:build linux

// Package examples_test holds docs/PLUGGING_IN.md to the code.
package examples_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	oslog "github.com/ackproof/ackproof/examples/go-engine"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

var oslogFactory = engines.Factory{
	Name:  "oslog",
	Needs: engines.NeedsDir,
	Open:  func(env engines.Env) (engines.StorageEngine, error) { return oslog.Open(env.Dir) },
}

func TestMain(m *testing.M) { harness.Main(m, oslogFactory) }

// block is a fenced block of a document.
type block struct {
	lang string // what follows the fence
	text string
	// file is the last file in Go that the text before the block named.
	file string
	line int
}

var goFile = regexp.MustCompile("`([a-z]+/[a-z_]+\\.go)`")

func blocks(document string) []block {
	var all []block
	var now *block
	file := ""
	for i, line := range strings.SplitAfter(document, "\n") {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && now == nil:
			now = &block{lang: fence, file: file, line: i + 1}
		case isFence:
			all = append(all, *now)
			now = nil
		case now != nil:
			now.text += line
		default:
			for _, m := range goFile.FindAllStringSubmatch(line, -1) {
				file = m[1]
			}
		}
	}
	return all
}

// reader does what the document says, in a new directory, block after block.
type reader struct {
	root, dir string
	// output is what the last commands printed.
	output string
}

// TestPluggingIn is a reader of the document: it runs the commands, puts the code
// where the text says, and finds in the output the lines that the text shows,
// with any numbers. Runs are cut to one file system, and those that hold to one program.
func TestPluggingIn(t *testing.T) {
	text, err := os.ReadFile("../docs/PLUGGING_IN.md")
	must(t, err)
	requireFUSEAndPython(t)
	repository, err := filepath.Abs("..")
	must(t, err)
	r := &reader{root: t.TempDir()}
	r.dir = r.root
	must(t, os.WriteFile(filepath.Join(r.root, "one.txt"), []byte("persist 1\n"), 0o644))
	must(t, os.Symlink(repository, filepath.Join(r.root, "ackproof")))
	for _, b := range blocks(string(text)) {
		if err := r.do(b); err != nil {
			t.Fatalf("docs/PLUGGING_IN.md:%d: %v", b.line, err)
		}
	}
}

func (r *reader) do(b block) error {
	switch b.lang {
	case "go":
		return r.write(b)
	case "sh":
		return r.run(b.text, 0)
	case "sh exit=1":
		return r.run(b.text, 1)
	case "text":
		return r.printed(b.text)
	}
	return fmt.Errorf("got a block of %q, want go, sh, sh exit=1 or text", b.lang)
}

// write writes the code where the text says, and beside it the checksums of
// Ackproof's own modules: with these nothing is asked of any server that was
// downloaded before.
func (r *reader) write(b block) error {
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		return err
	}
	path := filepath.Join(r.root, b.file)
	err = os.WriteFile(filepath.Join(filepath.Dir(path), "go.sum"), sums, 0o644)
	return errors.Join(err, os.WriteFile(path, []byte(b.text), 0o644))
}

// run runs commands in a shell, which begins where the last one ended.
func (r *reader) run(commands string, wantStatus int) error {
	if strings.HasPrefix(commands, "git clone ") {
		return nil // this very copy is there already
	}
	where := filepath.Join(r.root, "where")
	cmd := exec.Command("sh", "-e", "-c", "trap 'pwd >"+where+"' EXIT\n"+commands)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "ACKPROOF_PROFILE=xfs")
	if wantStatus == 0 {
		cmd.Env = append(cmd.Env, "ACKPROOF_PROGRAM="+filepath.Join(r.root, "one.txt"))
	}
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	if got := cmd.ProcessState.ExitCode(); got != wantStatus {
		return fmt.Errorf("got exit status %d, want %d, of\n%s\n%s", got, wantStatus, commands, output)
	}
	r.output = string(output)
	dir, err := os.ReadFile(where)
	r.dir = strings.TrimSpace(string(dir))
	return err
}

var (
	number    = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)
	elsewhere = regexp.MustCompile(`strict-posix|ext4-writeback|btrfs`)
)

// printed wants each line of text in the output, in this order, but for lines of
// the file systems that are left out here.
func (r *reader) printed(text string) error {
	output := strings.Split(plain(r.output), "\n")
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line == "..." || elsewhere.MatchString(line) {
			continue
		}
		at := 0
		for at < len(output) && output[at] != plain(line) {
			at++
		}
		if at == len(output) {
			return fmt.Errorf("got no further line like\n%s\nin\n%s", line, r.output)
		}
		output = output[at+1:]
	}
	return nil
}

// plain returns text without what differs between runs: numbers, the spaces that make
// columns of them, and what only a program says that is left out here.
func plain(text string) string {
	text = number.ReplaceAllString(text, "#")
	for _, more := range []string{", # of the distinct opened read-only", "; it does not make its directory"} {
		text = strings.ReplaceAll(text, more, "")
	}
	return regexp.MustCompile(` +`).ReplaceAllString(text, " ")
}

// requireFUSEAndPython skips the test where its commands cannot be run.
func requireFUSEAndPython(t *testing.T) {
	t.Helper()
	_, err := harness.Verify(t.Context(), oslogFactory, harness.Config{
		Only: []scenarios.NamedProgram{{Name: "persist", Program: raftlog.MustParse("persist 1\n")}}, Depth: -1,
	})
	if errors.Is(err, harness.ErrNotRun) {
		skip(t, "fuse", err)
	}
	must(t, err)
	if _, err := exec.LookPath("python3"); err != nil {
		skip(t, "python", err)
	}
}

func skip(t *testing.T, what string, why error) {
	t.Helper()
	if harness.Required(what) {
		t.Fatal(why)
	}
	t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=%s makes this a failure", why, what)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
