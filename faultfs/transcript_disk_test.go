package faultfs_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/cockroachdb/datadriven"
	"golang.org/x/sys/unix"
)

// story is what a transcript is about: a disk, and the crash states of its journal.
type story struct {
	config faultfs.Config
	disk   *faultfs.Disk
	space  *crash.Space
}

// commands are those of the disk, of its journal, and of what a crash leaves.
//
//	disk [fault=(TEXT, TEXT)] [failure=keep-clean] [space=BYTES]   boots the image that follows
//	run                    runs the steps that follow, and answers what failed
//	read file=F off=N len=N  answers the bytes
//	stat file=F            answers what Lstat says
//	image                  answers what the disk holds
//	kill                   kills the process: the next one has the disk
//	resume [until=EVENTS]  boots a disk from the journal, or from its beginning
//	faults                 answers how often each fault fired
//
//	journal [until=EVENTS] answers the events, and how far faults had counted
//	store                  answers the stored form, and reads it back
//	load                   reads the stored form that follows
//
//	space profile=TEXT     computes the crash states of the journal, and answers its effects
//	points                 answers the crash points
//	states [point=N] [stage=WORD]  answers the states, those that leave something new
//	check                  answers for each state that follows what it leaves, or why it is none
//	losing state=TEXT lost=(ID, ID)  answers the state that loses just these
func (s *story) commands() commands {
	return commands{
		"disk":    {args: []string{"fault", "failure", "space"}, input: true, run: s.boot},
		"run":     {input: true, run: s.run},
		"read":    {args: []string{"file", "off", "len"}, run: s.read},
		"stat":    {args: []string{"file"}, run: s.stat},
		"image":   {run: func(*datadriven.TestData) (string, error) { return litmus.Image(s.disk.Image()), nil }},
		"kill":    {run: s.kill},
		"resume":  {args: []string{"until"}, run: s.resume},
		"faults":  {run: func(*datadriven.TestData) (string, error) { return countLines(s.disk.Faults()), nil }},
		"journal": {args: []string{"until"}, run: s.journal},
		"store":   {run: s.store},
		"load":    {input: true, run: s.load},
		"space":   {args: []string{"profile"}, run: s.expand},
		"points":  {run: s.points},
		"states":  {args: []string{"point", "stage"}, run: s.states},
		"check":   {input: true, run: s.check},
		"losing":  {args: []string{"state", "lost"}, run: s.losing},
	}
}

func (s *story) boot(td *datadriven.TestData) (string, error) {
	c := faultfs.Config{NoStacks: true}
	faults, _ := td.Arg("fault")
	for _, text := range faults.Vals {
		f, err := fault.Parse(text)
		if err != nil {
			return "", err
		}
		c.Faults = append(c.Faults, f)
	}
	failure, err := argument(td, "failure", failures[0])
	c.SyncFailure = fault.SyncFailure(slices.Index(failures, failure))
	if err != nil || !slices.Contains(failures, failure) {
		return "", fmt.Errorf("failure: want one of %q", failures)
	}
	space, err := intArgument(td, "space", 0)
	c.SpaceBytes = int64(space)
	if err == nil {
		c.Image, err = litmus.ParseImage(td.Input)
	}
	s.disk, s.config = faultfs.NewDisk(c), c
	return litmus.Image(s.disk.Image()), err
}

// failures are what a failed sync may leave, as in the text of profiles.
var failures = []string{"unknown", "keep-clean", "revert", "lose-clean"}

func (s *story) run(td *datadriven.TestData) (string, error) {
	var out []string
	for step := range strings.Lines(td.Input) {
		step = strings.TrimSpace(step)
		word, err := outcome(litmus.Step(s.disk, step))
		if err != nil {
			return "", err
		}
		if word != "" {
			out = append(out, step+": "+word)
		}
	}
	return strings.Join(out, "\n"), nil
}

// outcome returns the word for an error of the system, "" for nil. Another error
// is a mistake in the transcript, and returned.
func outcome(err error) (string, error) {
	var errno syscall.Errno
	switch {
	case err == nil:
		return "", nil
	case !errors.As(err, &errno):
		return "", err
	case errors.Is(err, fault.ErrInjected):
		return unix.ErrnoName(errno) + " (injected)", nil
	}
	return unix.ErrnoName(errno), nil
}

func (s *story) kill(*datadriven.TestData) (string, error) {
	s.disk = s.disk.Kill()
	return litmus.Image(s.disk.Image()), nil
}

func (s *story) resume(td *datadriven.TestData) (string, error) {
	j := s.disk.Journal()
	until, err := intArgument(td, "until", len(j.Events))
	if err != nil || until < 0 || until > len(j.Events) {
		return "", fmt.Errorf("until: want 0 to %d", len(j.Events))
	}
	s.disk = faultfs.Resume(s.config, j.Until(until))
	return litmus.Image(s.disk.Image()), nil
}

func (s *story) read(td *datadriven.TestData) (string, error) {
	name, errName := argument(td, "file", "")
	off, errOff := intArgument(td, "off", 0)
	length, errLen := intArgument(td, "len", 0)
	if err := errors.Join(errName, errOff, errLen); err != nil {
		return "", err
	}
	f, err := s.disk.Open(name)
	if err != nil {
		return outcome(err)
	}
	data := make([]byte, length)
	n, err := f.ReadAt(data, int64(off))
	if err == io.EOF {
		return litmus.Runs(data[:n]) + " EOF", nil
	}
	if err != nil {
		return outcome(err)
	}
	return litmus.Runs(data), nil
}

func (s *story) stat(td *datadriven.TestData) (string, error) {
	name, err := argument(td, "file", "")
	if err != nil {
		return "", err
	}
	info, _, err := s.disk.LstatIfPossible(name)
	if err != nil {
		return outcome(err)
	}
	links, err := s.disk.Inodes().Attr(info.Sys().(journal.Ino))
	return fmt.Sprintf("%v inode %d, %d bytes, %d names, time %d",
		info.Mode(), info.Sys(), info.Size(), links.Links, info.ModTime().Unix()), err
}

// countLines writes how often faults fired, one a line.
func countLines(counts []fault.Count) string {
	var out []string
	for _, c := range counts {
		out = append(out, countText(c))
	}
	return strings.Join(out, "\n")
}

func countText(c fault.Count) string {
	return fmt.Sprintf("%s: fired at %d of %d calls", c.Fault, c.Fired, c.Matched)
}
