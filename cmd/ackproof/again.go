package main

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

// again makes the commands that show a finding or a result again.
type again struct {
	flags    string            // that repeat the run
	programs map[string]string // the part of a command that says an engine's program
}

func newAgain(flags string, jobs []job) again {
	a := again{flags: flags, programs: map[string]string{}}
	for _, j := range jobs {
		if j.engine.Program == nil {
			continue
		}
		words := make([]string, len(j.engine.Program))
		for i, arg := range j.engine.Program {
			words[i] = plain.ShellWord(arg)
		}
		a.programs[j.engine.Name] = " -- " + strings.Join(words, " ")
	}
	return a
}

// result returns the command that replays the first finding of a result, or that repeats
// its run if none was kept; "" for nil.
func (a again) result(r *reports.Result) string {
	if r == nil {
		return ""
	}
	if bundle := firstBundle(r); bundle != "" {
		return "ackproof replay " + plain.ShellWord(bundle) + a.programs[r.Engine]
	}
	return a.run(r.Engine, r.Profile)
}

// finding returns the command that shows a finding again: from its bundle, or by the run
// that found it.
func (a again) finding(report reports.Report, f reports.Finding) string {
	if f.Bundle != "" {
		return "ackproof replay " + plain.ShellWord(f.Bundle) + a.programs[report.Engine]
	}
	return a.run(report.Engine, report.Profile)
}

func (a again) run(engine, profile string) string {
	if program := a.programs[engine]; program != "" {
		return fmt.Sprintf("ackproof run --profile=%s%s%s", profile, a.flags, program)
	}
	return fmt.Sprintf("ackproof run %s --profile=%s%s", engine, profile, a.flags)
}

// firstBundle returns the bundle of the first finding that nobody knew, or else of the
// first; "" if none was kept.
func firstBundle(r *reports.Result) string {
	for i, f := range r.Findings {
		if f.Known == nil && i < len(r.Bundles) {
			return r.Bundles[i]
		}
	}
	if len(r.Bundles) > 0 {
		return r.Bundles[0]
	}
	return ""
}
