package reports

import (
	"slices"

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
	// ended are the jobs that came to no result, and why.
	ended []unrun
}

// unrun is a job without a result.
type unrun struct {
	Job
	// verdict is unknown, or not run if this machine cannot run it.
	verdict evidence.Verdict
	why     string
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
func (b *Batch) Fail(job Job, err error) {
	b.ended = append(b.ended, unrun{job, evidence.Unknown, "ackproof failed: " + err.Error()})
}

// NotRun says that this machine cannot run a job's engine, which is no failure.
func (b *Batch) NotRun(job Job, err error) {
	b.ended = append(b.ended, unrun{job, evidence.NotRun, err.Error()})
}

// unrun returns the jobs without a result, in their order.
func (b *Batch) unrun() (out []unrun) {
	has := map[Job]bool{}
	for _, d := range b.done {
		has[d.job()] = true
	}
	why := map[Job]unrun{}
	for _, u := range b.ended {
		why[u.Job] = u
	}
	for _, job := range b.Jobs {
		u, ended := why[job]
		switch {
		case has[job]:
		case ended:
			out = append(out, u)
		default:
			out = append(out, unrun{job, evidence.Unknown, "not run: the command ended before"})
		}
	}
	return out
}

func (r Report) job() Job { return Job{r.Engine, r.Profile} }

// accepted reports whether what the report found is what was to be found, or known.
func (b *Batch) accepted(r Report) bool {
	if r.Verdict == evidence.HarnessBroken {
		return false // even where nothing is expected
	}
	return b.Expect && r.AsExpected || r.Verdict == evidence.Held && r.AsExpected || r.AllKnown()
}

// again returns the command that shows a finding again, "" if there is none.
func (b *Batch) again(r Report, f Finding) string {
	if b.Again == nil {
		return ""
	}
	return b.Again(r, f)
}

// Unseen returns the known causes that showed in none of the reports: only those may be
// taken out of their file.
func (b *Batch) Unseen() []string {
	if len(b.done) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.done[0].UnseenKnown), func(k string) bool {
		return slices.ContainsFunc(b.done[1:], func(d batched) bool { return !slices.Contains(d.UnseenKnown, k) })
	})
}

// notSeen returns what the reports say of calls that could not be seen, each once.
func (b *Batch) notSeen() []string {
	var out []string
	for _, d := range b.done {
		if d.NotSeen != "" && !slices.Contains(out, d.NotSeen) {
			out = append(out, d.NotSeen)
		}
	}
	return out
}
