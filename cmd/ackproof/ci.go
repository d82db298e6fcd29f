package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ackproof/ackproof/reports"
)

// ci tells a system of continuous integration what the run found: in a JUnit file,
// if one is asked for, and on GitHub Actions, if run there.
type ci struct {
	batch     reports.Batch
	junit     string // path; "" for none
	summary   string // path of GitHub's step summary; "" if not run there
	workspace string
}

func newCI(s settings, jobs []job, again func(reports.Report, reports.Finding) string) *ci {
	c := &ci{junit: s.junit, batch: reports.Batch{Expect: s.expect, Again: again}}
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		c.summary, c.workspace = os.Getenv("GITHUB_STEP_SUMMARY"), os.Getenv("GITHUB_WORKSPACE")
	}
	for _, j := range jobs {
		c.batch.Jobs = append(c.batch.Jobs, j.named())
	}
	return c
}

func (j job) named() reports.Job { return reports.Job{Engine: j.engine.Name, Profile: j.profile.Name} }

// begin writes a file that says of all jobs that they did not run: what is there
// from an earlier run must not be read as this one's, and what cannot be written
// must show before a run of hours.
func (c *ci) begin() error {
	if err := c.write(); err != nil {
		return usage(fmt.Errorf("--junit: %w", err))
	}
	return nil
}

// add takes a result in, and writes the file anew: whatever ends the command, the
// file is whole and has what was known.
func (c *ci) add(result reports.Result, report reports.Report) error {
	c.batch.Add(result, report)
	return c.write()
}

// fail says that something else than the engine failed in a job.
func (c *ci) fail(j job, err error) error {
	c.batch.Fail(j.named(), err)
	return c.write()
}

// end tells GitHub, if run there. Annotations go to the output, as lines of their
// own.
func (c *ci) end(out io.Writer) error {
	if c.summary == "" {
		return nil
	}
	return errors.Join(c.batch.WriteAnnotations(out, c.workspace), c.appendSummary())
}

// appendSummary adds to the step's summary, which other commands of the step may
// have written to and which is not shown if it is too long.
func (c *ci) appendSummary() (err error) {
	f, err := os.OpenFile(c.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return c.batch.WriteSummary(f, reports.SummaryMaxBytes-int(info.Size()))
}

// write writes the JUnit file beside its place and renames it, so that no reader
// sees half of it.
func (c *ci) write() error {
	if c.junit == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(c.junit), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(c.junit), ".ackproof-*.xml")
	if err != nil {
		return err
	}
	err = errors.Join(c.batch.WriteJUnit(temp), temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), c.junit)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
