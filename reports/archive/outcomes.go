package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// OutcomesName is the file that holds a directory's outcomes: a report of package
// reports on each line, in its JSON form.
const OutcomesName = "outcomes.jsonl"

// ErrOutcomes reports a file of outcomes with something else in it.
var ErrOutcomes = errors.New("bad outcomes")

// KeepOutcomes adds outcomes to those in dir, whole or not at all. One takes the
// place of an earlier one of the same engine under the same profile. The
// directory is made if it is not there. Two runs that keep at the same time in
// one directory lose outcomes of one of them.
func KeepOutcomes(dir string, added []reports.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	kept, err := ReadOutcomes(dir)
	if err != nil {
		return err
	}
	return ReplaceFile(filepath.Join(dir, OutcomesName), func(w *bufio.Writer) error {
		for _, r := range newest(append(kept, added...)) {
			if err := reports.WriteJSON(w, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadOutcomes returns the outcomes in dir; none if it keeps none or is not there.
// It fails with [ErrOutcomes] on a file that [KeepOutcomes] would not change.
func ReadOutcomes(dir string) ([]reports.Report, error) {
	path := filepath.Join(dir, OutcomesName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	kept, err := parseOutcomes(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return kept, nil
}

// newest returns the last report of each engine under each profile, in the order
// in which each came first.
func newest(all []reports.Report) []reports.Report {
	type run struct{ engine, profile string }
	place := map[run]int{}
	var out []reports.Report
	for _, r := range all {
		key := run{r.Engine, r.Profile}
		i, known := place[key]
		if !known {
			i = len(out)
			place[key] = i
			out = append(out, r)
		}
		out[i] = r
	}
	return out
}

// parseOutcomes reads the lines of a file of outcomes.
func parseOutcomes(data []byte) ([]reports.Report, error) {
	var out []reports.Report
	for i, line := range bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		r, err := parseOutcome(line)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrOutcomes, i+1, err)
		}
		out = append(out, r)
	}
	return newest(out), nil
}

// A line that does not say its version has the first: see docs/STORED_FORMS.md.
const firstVersion = 1

func parseOutcome(line []byte) (reports.Report, error) {
	r := struct {
		reports.Report
		OutOfBudget bool `json:"outOfBudget"` // of version 1
	}{Report: reports.Report{Version: firstVersion}}
	err := json.Unmarshal(line, &r)
	const advice = "move the file away, and run again"
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %s", err, advice)
	case r.Version < firstVersion:
		err = fmt.Errorf("it has version %d, which no ackproof wrote: %s", r.Version, advice)
	case r.Version > reports.Version:
		err = fmt.Errorf("it has version %d, and this ackproof reads versions %d to %d: use a newer ackproof, or %s",
			r.Version, firstVersion, reports.Version, advice)
	case r.Engine == "":
		err = errors.New("it names no engine: " + advice)
	}
	if r.Version == firstVersion && r.OutOfBudget {
		// Version 1 said held of what a budget had cut short.
		r.Cut = "out of time"
		if r.Verdict == evidence.Held {
			r.Verdict = evidence.Unknown
		}
	}
	r.Version = reports.Version
	return r.Report, err
}

// ReplaceFile writes a file beside its place and renames it, so that no reader
// sees half of it. The file that was there stays if write fails.
func ReplaceFile(path string, write func(*bufio.Writer) error) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".ackproof-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	w := bufio.NewWriter(temp)
	if err = errors.Join(write(w), w.Flush(), temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
