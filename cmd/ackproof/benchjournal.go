package main

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// journaledCommits is how many commits of an engine are journaled: more bytes than Pebble's
// memtable holds, so that tables are written too, compressed or not.
const journaledCommits = 500

// commitCosts has an engine commit on a disk that journals, and returns what that shows: in
// memory, or over FUSE for an engine that needs a real directory. The error wraps
// [harness.ErrNotRun] where that cannot be had.
func commitCosts(f subject.Factory, commits int) (enginebench.Costs, error) {
	r, err := harness.RecordSubject(f, harness.Config{}, f.Kind.Language.MustParse(commitProgram(f, commits)))
	switch {
	case err != nil:
		return enginebench.Costs{}, err
	case r.Failed != nil:
		return enginebench.Costs{}, fmt.Errorf("the engine fails where a journal is kept: %s", r.Failed.Verdict.Violations[0].Sentence)
	}
	return costsOf(r.Lives[0], commits), nil
}

// commitProgram returns commits, one more than are counted, a flush and a close, which waits for what
// the engine writes in the background. The payloads of every other commit can be compressed, as
// half of each can be where times are measured.
func commitProgram(f subject.Factory, commits int) string {
	word := "persist"
	if f.Kind == machinestore.Kind {
		word = "apply"
	}
	var program strings.Builder
	// The first commit of a life may begin files, which the others do not.
	for i := range 1 + commits {
		fill := ""
		if i%2 == 0 {
			fill = " fill=compressible"
		}
		fmt.Fprintf(&program, "%s %d size=%d%s\n", word, enginebench.BatchEntries, enginebench.PayloadBytes, fill)
	}
	return program.String() + "flush\nreopen\n"
}

// costsOf returns what the journal of a life of such a program shows: the syncs of all commits
// but the first, and what is written from these to the close. Of a state machine it has no bytes:
// the harness's chunks have each key several times.
func costsOf(life *evidence.Life, counted int) enginebench.Costs {
	commits, closed := life.Calls[1:1+counted], life.Calls[len(life.Calls)-1].Invoked
	c := enginebench.Costs{Commits: counted}
	events, directories := life.Journal.Events, directoriesOf(life.Journal)
	for _, e := range events[commits[0].Invoked:commits[counted-1].Returned] {
		switch {
		case e.Kind == journal.EventSyncData:
			c.DataSyncs++
		case e.Kind == journal.EventSync && directories[e.Ino]:
			c.DirectorySyncs++
		case e.Kind == journal.EventSync:
			c.Fsyncs++
		}
	}
	if countPayloads(&c, commits); c.PayloadBytes == 0 {
		c.Entries = c.Commits * enginebench.BatchEntries
		return c
	}
	for _, e := range events[commits[0].Invoked:closed] {
		if e.Kind == journal.EventWrite {
			c.WrittenBytes += int64(len(e.Data))
		}
	}
	return c
}

// countPayloads counts what calls of a log had to write.
func countPayloads(c *enginebench.Costs, calls models.History) {
	for _, call := range calls {
		op, isLog := call.Op.(*raftlog.Op)
		if !isLog {
			return
		}
		for _, e := range op.Entries {
			c.Entries++
			c.PayloadBytes += int64(e.SizeBytes)
		}
	}
}

// directoriesOf returns the directories in which a journal has names.
func directoriesOf(j *journal.Journal) map[journal.Ino]bool {
	out := map[journal.Ino]bool{}
	for _, e := range j.Events {
		out[e.Dir], out[e.ToDir] = true, true
	}
	return out
}
