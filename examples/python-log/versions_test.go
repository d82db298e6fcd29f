//go:build linux

package pythonlog_test

import (
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestVersions: the next version of the store opens what this one wrote, and goes on. This one
// takes what the next one wrote for the end of the file. What another engine wrote, neither
// finds.
func TestVersions(t *testing.T) {
	older, newer := pythonLog(t), pythonLog(t, "--format=2")
	newer.Name = "python-log-2"
	dies := pythonLog(t)
	dies.Name = "dies"
	dies.Program = []string{dies.Program[0], "-c", deathOnLines}
	for name, c := range map[string]struct {
		writer, reader engines.Factory
		want           models.Property // that is refuted, "" for none
	}{
		"upgrade":          {older, newer, ""},
		"downgrade":        {newer, older, models.AckedDurable},
		"reader dies":      {older, dies, models.OpensAfterCrash},
		"writer in memory": {filelog.Factory(filelog.Options{}), older, models.AckedDurable},
	} {
		t.Run(name, func(t *testing.T) {
			reader := logstore.Of(c.reader)
			o, err := harness.Verify(t.Context(), c.writer, harness.Config{
				RecoverWith: &reader, SecondLives: 2, NoShrink: true, Until: string(c.want),
				Only: []scenarios.NamedProgram{{Name: "restarts", Program: raftlog.MustParse("persist 1\ncrash lose=everything\npersist 1\nreopen\npersist 1")}},
			})
			if errors.Is(err, harness.ErrNotRun) && !harness.Required("fuse") {
				t.Skipf("NOTHING WAS TESTED: %v\nACKPROOF_REQUIRE=fuse makes this a failure", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" && o.Verdict != evidence.Held || c.want != "" && !o.Has(c.want) {
				t.Errorf("got %s, want a finding of %q, none if that is empty", o.Summary(), c.want)
			}
		})
	}
}

// deathOnLines is the store, but its process ends when it opens a log with a line in it.
const deathOnLines = `
import os
source = open("log.py").read()
was = "        for line in data.splitlines(keepends=True):\n"
assert source.count(was) == 1
exec(source.replace(was, was + "            os._exit(3)\n"))
`
