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

	"github.com/ackproof/ackproof/harness"
)

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
// with any numbers. Runs that hold are cut to one file system and few states.
func TestPluggingIn(t *testing.T) {
	text, err := os.ReadFile("../docs/PLUGGING_IN.md")
	must(t, err)
	requireFUSEAndPython(t)
	repository, err := filepath.Abs("..")
	must(t, err)
	r := &reader{root: t.TempDir()}
	r.dir = r.root
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
		return os.WriteFile(filepath.Join(r.root, b.file), []byte(b.text), 0o644)
	case "sh":
		return r.run(b.text, 0)
	case "sh exit=1":
		return r.run(b.text, 1)
	case "text":
		return r.printed(b.text)
	}
	return fmt.Errorf("got a block of %q, want go, sh, sh exit=1 or text", b.lang)
}

// run runs commands in a shell, which begins where the last one ended.
func (r *reader) run(commands string, wantStatus int) error {
	if strings.HasPrefix(commands, "git clone ") {
		return nil // this very copy is there already
	}
	where := filepath.Join(r.root, "where")
	cmd := exec.Command("sh", "-e", "-c", "trap 'pwd >"+where+"' EXIT\n"+commands)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "ACKPROOF_PROFILE=xfs", "ACKPROOF_STATES=300",
		"GOPROXY=off", "GONOSUMDB=*", "GOFLAGS=-buildvcs=false") // nothing is fetched
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

// plain returns text without what differs between runs: numbers, and the spaces
// that make columns of them.
func plain(text string) string {
	text = number.ReplaceAllString(text, "#")
	return regexp.MustCompile(` +`).ReplaceAllString(text, " ")
}

// requireFUSEAndPython skips the test where its commands cannot be run.
func requireFUSEAndPython(t *testing.T) {
	t.Helper()
	for what, path := range map[string]string{"fuse": "/dev/fuse", "python": "python3"} {
		_, err := exec.LookPath("python3")
		if what == "fuse" {
			_, err = os.Stat(path)
		}
		if err != nil && harness.Required(what) {
			t.Fatal(err)
		}
		if err != nil {
			t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=%s makes this a failure", err, what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
