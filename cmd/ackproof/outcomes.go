package main

import (
	"os"

	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/archive"
)

// outcomes keeps what a run found out beside its bundles, for ackproof report. A
// directory that nobody named is not made for a run without findings.
type outcomes struct {
	dir     string // "" keeps none
	named   bool
	waiting []reports.Report
	bundles bool // some were kept
}

func newOutcomes(dir string, flags *pflag.FlagSet) *outcomes {
	return &outcomes{dir: dir, named: flags.Changed("out")}
}

// begin reports whether outcomes can be added to those that are there, before a run
// that may take hours.
func (o *outcomes) begin() error {
	if o.dir == "" {
		return nil
	}
	if _, err := archive.ReadOutcomes(o.dir); err != nil {
		return usage(err)
	}
	return nil
}

// add keeps a report, and those that waited for a reason to make the directory.
func (o *outcomes) add(r reports.Report, bundles []string) error {
	o.bundles = o.bundles || len(bundles) > 0
	if o.waiting = append(o.waiting, r); o.dir == "" {
		return nil
	}
	if _, err := os.Stat(o.dir); err != nil && !o.named && !o.bundles {
		return nil
	}
	err := archive.KeepOutcomes(o.dir, o.waiting)
	o.waiting = nil
	return err
}

// command returns the command that makes a page of the findings, "" if none is
// kept.
func (o *outcomes) command() string {
	if !o.bundles {
		return ""
	}
	return "ackproof report " + plain.ShellWord(o.dir)
}
