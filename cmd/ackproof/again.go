package main

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
)

// again makes the commands that show a finding or a result again.
type again struct {
	flags string           // that repeat the run
	named map[string]named // by engine
}

// named is how a command names an engine.
type named struct {
	// name is that of a built-in engine, or " -- " and the command of a program.
	name, program string
	// reader is the flag that says who opens what it wrote, in a replay: a bundle has the
	// name of a built-in engine.
	reader string
}

func newAgain(flags string, jobs []job) again {
	a := again{flags: flags, named: map[string]named{}}
	for _, j := range jobs {
		n := named{name: j.engine.Name}
		if j.engine.Program != nil {
			n.program = " -- " + shellCommand(j.engine.Program)
		}
		if j.engine.Reader != nil {
			n.name = j.engine.Writer.Name
			if program := j.engine.Reader.Program; program != nil {
				n.reader = " --recover-with=" + plain.ShellWord(shellCommand(program))
			}
		}
		a.named[j.engine.Name] = n
	}
	return a
}

// shellCommand returns a program's path and arguments as a shell takes them.
func shellCommand(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = plain.ShellWord(arg)
	}
	return strings.Join(words, " ")
}

// result returns the command that replays the first finding of a result, or that repeats
// its run if none was kept; "" for nil.
func (a again) result(r *reports.Result) string {
	if r == nil {
		return ""
	}
	if bundle := firstBundle(r); bundle != "" {
		return a.replay(r.Engine, bundle)
	}
	return a.run(r.Engine, r.Profile)
}

// finding returns the command that shows a finding again: from its bundle, or by the run
// that found it.
func (a again) finding(report reports.Report, f reports.Finding) string {
	if f.Bundle != "" {
		return a.replay(report.Engine, f.Bundle)
	}
	return a.run(report.Engine, report.Profile)
}

func (a again) replay(engine, bundle string) string {
	n := a.named[engine]
	return "ackproof replay " + plain.ShellWord(bundle) + n.reader + n.program
}

func (a again) run(engine, profile string) string {
	n := a.named[engine]
	if n.program != "" {
		return fmt.Sprintf("ackproof run --profile=%s%s%s", profile, a.flags, n.program)
	}
	return fmt.Sprintf("ackproof run %s --profile=%s%s", n.name, profile, a.flags)
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
