package faultfs_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/cockroachdb/datadriven"
)

// TestTranscripts runs the files testdata/*.txt: each is a story of commands with
// the answers that they must have. With -rewrite the answers are written anew; read
// the difference before you believe it.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			must(t, err)
			if !strings.HasPrefix(string(text), "# ") {
				t.Fatal("the first line does not say what it shows")
			}
			story := &story{disk: faultfs.NewDisk(faultfs.Config{NoStacks: true})}
			commands := story.commands()
			datadriven.RunTest(t, file, func(t *testing.T, d *datadriven.TestData) string {
				answer, err := commands.answer(d)
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				return answer
			})
		})
	}
}

// command is one that a transcript may use.
type command struct {
	// args are the arguments that it may have, each once and with a value.
	args []string
	// input lets lines follow it.
	input bool
	// run returns the answer; "" reads "ok". An error ends the test.
	run func(*datadriven.TestData) (string, error)
}

// commands are all that a transcript may use, by name.
type commands map[string]command

func (c commands) answer(d *datadriven.TestData) (string, error) {
	known, ok := c[d.Cmd]
	if !ok {
		return "", fmt.Errorf("unknown command %q: want one of %q", d.Cmd, slices.Sorted(maps.Keys(c)))
	}
	if d.Input != "" && !known.input {
		return "", fmt.Errorf("%s takes no lines, got %q", d.Cmd, d.Input)
	}
	for i, a := range d.CmdArgs {
		same := func(other datadriven.CmdArg) bool { return other.Key == a.Key }
		switch {
		case !slices.Contains(known.args, a.Key):
			return "", fmt.Errorf("%s: unknown argument %q: want %q", d.Cmd, a.Key, known.args)
		case len(a.Vals) == 0 || slices.Contains(a.Vals, ""):
			return "", fmt.Errorf("%s: %s has no value", d.Cmd, a.Key)
		case slices.ContainsFunc(d.CmdArgs[:i], same):
			return "", fmt.Errorf("%s: %s is there twice", d.Cmd, a.Key)
		}
	}
	answer, err := known.run(d)
	if answer == "" {
		answer = "ok"
	}
	return answer, err
}

// argument returns the value of an argument, otherwise where it is left out.
func argument(d *datadriven.TestData, name, otherwise string) (string, error) {
	arg, ok := d.Arg(name)
	switch {
	case !ok:
		return otherwise, nil
	case len(arg.Vals) != 1:
		return "", errors.New(name + ": want one value")
	}
	return arg.Vals[0], nil
}

// intArgument is argument for a number.
func intArgument(d *datadriven.TestData, name string, otherwise int) (int, error) {
	text, err := argument(d, name, strconv.Itoa(otherwise))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

// TestTranscriptsAreStrict: what a transcript may not say is an error, never
// passed over.
func TestTranscriptsAreStrict(t *testing.T) {
	for text, want := range map[string]string{
		"frob":                          `unknown command "frob"`,
		"Run\ncreate f":                 `unknown command "Run"`,
		"image of=f":                    `unknown argument "of"`,
		"resume untill=3":               `unknown argument "untill"`,
		"resume until":                  "until has no value",
		"resume until=":                 "until has no value",
		"resume until=1 until=1":        "until is there twice",
		"resume until=(1, 1)":           "until: want",
		"resume until=x":                "until: want",
		"resume until=9":                "until: want 0 to 0",
		"image\nf=0":                    "image takes no lines",
		"disk fault=(sync-error)":       "bad fault",
		"disk failure=none":             "failure: want one of",
		"disk\nf":                       "want NAME=RUNS",
		"run\ncreate":                   "want a verb and a name",
		"run\nfrob f":                   "unknown step",
		"run\ncreate f 1":               "unknown step",
		"run\ncreate f\nwrite f x 1 A":  "invalid syntax",
		"run\ncreate f\nfailsync f":     "want an injected fault",
		"run\nunnamed f":                "want a number",
		"run\nunnamed #7":               "made #2",
		"run\nunnamed #2\nchmod #2 644": "it takes a path",
		"space profile=ext5":            "unknown profile",
		"space":                         "unknown profile",
		"points":                        "there is no space yet",
		"states stage=some":             "there is no space yet",
	} {
		s := &story{disk: faultfs.NewDisk(faultfs.Config{NoStacks: true})}
		datadriven.RunTestFromString(t, text, func(t *testing.T, d *datadriven.TestData) string {
			if answer, err := s.commands().answer(d); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: got %q, %v, want the error %q", text, answer, err, want)
			}
			return ""
		})
	}
}
