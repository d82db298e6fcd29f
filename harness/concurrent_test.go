package harness_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestConcurrentPrograms explores histories in which a writer, flushers and
// readers overlap, so that porcupine has orders to search for.
func TestConcurrentPrograms(t *testing.T) {
	var programs []scenarios.NamedProgram
	for i, text := range []string{
		"save-hard-state term=+1\nconcurrently flushers=1 flushes=3 readers=2 reads=4 {\npersist 2 size=10\npersist 1 size=700\ntruncate 1\npersist 2\n}\npersist 1",
		"persist 4\nconcurrently flushers=2 flushes=2 readers=1 reads=6 {\npurge 2\npersist 3 back=1\nreplace 2 3\n}\nreopen\npersist 1",
		"concurrently flushers=1 readers=3 reads=5 {\npersist 3\nsave-hard-state term=+1 vote=1\npersist 3\n}\nkill\nread-last-index\nflush",
	} {
		programs = append(programs, scenarios.NamedProgram{Name: fmt.Sprint("concurrent-", i), Program: raftlog.MustParse(text)})
	}
	all := []engines.Factory{filelog.Factory(small), filelog.BufferedFactory(small), pebblelog.BufferedFactory(onPebblefs, pebblelog.Small)}
	if testing.Short() {
		all = all[:2]
	}
	for _, f := range all {
		o := verify(t, f, harness.Config{Profile: crash.StrictPosix(), Only: programs})
		if o.Verdict != evidence.Held || o.Tally.Programs != len(programs) {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}

// TestFailureInBlock: an engine that hangs or panics in a call that overlaps with others is
// refuted for that, and for nothing that the others wrote.
func TestFailureInBlock(t *testing.T) {
	only := []scenarios.NamedProgram{{Name: "block", Program: raftlog.MustParse("persist 1\nconcurrently flushers=1 {\npersist 2\npersist 1\n}")}}
	release := make(chan struct{})
	defer close(release)
	for manner, harm := range map[string]func(){"hang": func() { <-release }, "panic": func() { panic("on purpose") }} {
		t.Run(manner, func(t *testing.T) {
			o := verify(t, harmful{atFlush, harm}.factory("fails-in-flush"), harness.Config{Only: only, HangAfter: time.Second, Depth: -1})
			if len(o.Findings) == 0 {
				t.Fatal(o.Summary())
			}
			for _, f := range o.Findings {
				if sentence := f.Verdict.Violations[0].Sentence; !strings.Contains(sentence, "flush was refused") || !strings.Contains(sentence, manner+": ") {
					t.Errorf("got %s: %s, want the %s of the flush", f.Property(), sentence, manner)
				}
			}
		})
	}
}
