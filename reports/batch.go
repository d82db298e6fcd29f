package reports

import (
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// Job names one run: an engine under a profile.
type Job struct{ Engine, Profile string }

// Batch is what the runs of one command found out, for the systems that read it
// as a whole: JUnit and GitHub Actions. It is for one goroutine.
type Batch struct {
	// Jobs are all runs that were asked for. Those that have no result in the end
	// are reported as not run.
	Jobs []Job
	// Expect says that each engine is held to what is expected of it, so that a
	// planted bug that was caught is a success.
	Expect bool
	// Again returns the command that shows a finding again.
	Again func(Report, Finding) string

	done []batched
	// failed is the first error that was no engine's, and of which job.
	failed error
	broken Job
}

// batched is a report with what its plain values leave out.
type batched struct {
	Report
	stacks [][]journal.Frame // one for each finding
}

// stack returns the stack of a finding by number, nil if it is not known.
func (d batched) stack(finding int) []journal.Frame {
	if finding >= len(d.stacks) {
		return nil
	}
	return d.stacks[finding]
}

// Add adds a result and the report that was made of it.
func (b *Batch) Add(result Result, report Report) {
	d := batched{Report: report}
	for _, f := range result.Findings {
		d.stacks = append(d.stacks, engineStack(f))
	}
	b.done = append(b.done, d)
}

// Fail says that a job came to no result because something else than the engine
// failed.
func (b *Batch) Fail(job Job, err error) { b.broken, b.failed = job, err }

// notRun returns the jobs without a result, in their order, each with the reason.
func (b *Batch) notRun() (jobs []Job, why []string) {
	has := map[Job]bool{}
	for _, d := range b.done {
		has[d.job()] = true
	}
	for _, job := range b.Jobs {
		if has[job] {
			continue
		}
		jobs = append(jobs, job)
		if b.failed != nil && job == b.broken {
			why = append(why, "ackproof failed: "+b.failed.Error())
		} else {
			why = append(why, "not run: the command ended before")
		}
	}
	return jobs, why
}

func (r Report) job() Job { return Job{r.Engine, r.Profile} }

// accepted reports whether what the report found is what was to be found.
func (b *Batch) accepted(r Report) bool {
	return b.Expect && r.AsExpected || r.Verdict == evidence.Held && r.AsExpected
}

// again returns the command that shows a finding again, "" if there is none.
func (b *Batch) again(r Report, f Finding) string {
	if b.Again == nil {
		return ""
	}
	return b.Again(r, f)
}
