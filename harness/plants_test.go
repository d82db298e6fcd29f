package harness_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// threeBugs is an engine with three bugs, two of which break one property.
var threeBugs = redo{persist: true, truncate: true, payload: true}.factory("three-bugs")

// threeProgram is a program that shows the bugs of threeBugs.
const threeProgram = "persist 1\npersist 1 size=300\ntruncate 1\npersist 2\n"

func threeConfig(only ...scenarios.NamedProgram) harness.Config {
	c := harness.Config{Profile: crash.StrictPosix(), Quick: true, Only: only}
	if !testing.Short() {
		c.Programs = 24 // as many as by default
	} else if only == nil {
		c.Only = append(one("persist 2"), scenarios.NamedProgram{Name: "three", Program: raftlog.MustParse(threeProgram)})
	}
	return c
}

func TestRedoHolds(t *testing.T) {
	profiles, secondLives := crash.Profiles(), 0 // as many as there are in a quick run
	if testing.Short() {
		profiles, secondLives = []crash.Profile{crash.StrictPosix()}, -1
	}
	for _, p := range profiles {
		o := verify(t, redo{}.factory("redo"), harness.Config{Profile: p, Quick: true, SecondLives: secondLives})
		if o.Verdict != evidence.Held {
			t.Errorf("%s\n%v", o.Summary(), o.Findings)
		}
	}
}

// signatures returns those of the cases, in order.
func signatures(cases []*evidence.Case) []string {
	var out []string
	for _, c := range cases {
		out = append(out, c.Signature)
	}
	slices.Sort(out)
	return out
}

// TestAllBugsAreTold: no bug hides another, not even one that breaks the same property,
// and each is told once.
func TestAllBugsAreTold(t *testing.T) {
	c := threeConfig()
	var told []*evidence.Case
	c.Found = func(f *evidence.Case) { told = append(told, f) }
	o := verify(t, threeBugs, c)
	if len(told) != 3 || !slices.Equal(signatures(told), signatures(o.Findings)) {
		t.Errorf("got told\n%q\nand in the end\n%q\nwant the same three", signatures(told), signatures(o.Findings))
	}
	if different := slices.Compact(signatures(o.Findings)); len(different) != 3 {
		t.Errorf("got signatures\n%q\nwant three", different)
	}
	var properties []models.Property
	for _, f := range o.Findings {
		properties = append(properties, f.Property())
		comesAgain(t, threeBugs, f)
	}
	slices.Sort(properties)
	if want := []models.Property{models.AckedDurable, models.AckedDurable, models.MutationDurable}; !slices.Equal(properties, want) {
		t.Errorf("got findings for %q, want %q", properties, want)
	}
	if !testing.Short() {
		t.Run("known", func(t *testing.T) { knownBugs(t, o.Findings) })
		t.Run("known, in a test", func(t *testing.T) { knownInTest(t, o.Findings) })
	}
}

// TestBugOfOneProgramIsToldEarly: a bug that one program of many shows is told before any
// program is gone through in depth, whatever comes before it.
func TestBugOfOneProgramIsToldEarly(t *testing.T) {
	const vote, program = 9, "save-hard-state vote=9\npersist 1\n"
	var p harness.Progress
	var told []harness.Snapshot
	o := verify(t, redo{persistAfterVote: vote}.factory("bug-in-one"), harness.Config{
		Only:     slices.Insert(onStore(), 5, scenarios.NamedProgram{Name: "sixth", Program: raftlog.MustParse(program)}),
		Progress: &p, Found: func(*evidence.Case) { told = append(told, p.Snapshot()) }, Until: harness.UntilRefuted,
	})
	if len(told) != 1 || told[0].Round != 1 || o.Findings[0].Found != "sixth" {
		t.Errorf("%s\ntold at %+v by %v; want it by the sixth program in the first round", o.Summary(), told, o.Findings)
	}
	t.Logf("told after %d states", told[0].Visited)
}

// knownBugs: what is known fails nothing, and hides nothing.
func knownBugs(t *testing.T, bugs []*evidence.Case) {
	for n := range len(bugs) + 1 {
		c := threeConfig(scenarios.NamedProgram{Name: "three", Program: raftlog.MustParse(threeProgram)})
		c.NoShrink = true
		for _, f := range bugs[:n] {
			c.Known = append(c.Known, evidence.Known{Cause: f.Cause(), Comment: "planted"})
		}
		never := evidence.Known{Cause: evidence.Cause{Property: models.Prefix, Op: "purge"}}
		c.Known = append(c.Known, never)
		o := verify(t, threeBugs, c)
		unknown := slices.DeleteFunc(slices.Clone(o.Findings), func(f *evidence.Case) bool { return f.Known != nil })
		if o.Verdict != evidence.Refuted || len(o.Findings) != len(bugs) || !slices.Equal(signatures(unknown), signatures(bugs[n:])) {
			t.Errorf("%d known: %s\nfound, unknown:\n%q\nwant\n%q", n, o.Summary(), signatures(unknown), signatures(bugs[n:]))
		}
		if o.AllKnown() != (n == len(bugs)) {
			t.Errorf("%d known: %s", n, o.Summary())
		}
		if len(o.UnseenKnown) != 1 || o.UnseenKnown[0].String() != never.String() {
			t.Errorf("got %v as known causes that do not show, want %v", o.UnseenKnown, never)
		}
	}
}

// knownInTest is what a user sees who keeps known causes in a file.
func knownInTest(t *testing.T, bugs []*evidence.Case) {
	const never = "prefix; after purge # gone"
	program := written(t, "three.txt", "# ackproof program v1\n"+threeProgram)
	for n := len(bugs) - 1; n <= len(bugs); n++ {
		lines := []string{"# of the engine three-bugs", never}
		for _, f := range bugs[:n] {
			lines = append(lines, f.Signature+" # planted")
		}
		known := written(t, "known.txt", strings.Join(lines, "\n"))
		c := startChild(t, "three-bugs", time.Minute, "-ackproof.profile=strict-posix", "-ackproof.faults=none", "-ackproof.program="+program, "-ackproof.known="+known)
		out := c.wait(t)
		if failed := c.code() != 0; failed != (n < len(bugs)) {
			t.Errorf("%d of %d known: exit %d\n%s", n, len(bugs), c.code(), out)
		}
		for i, f := range bugs {
			isKnown := strings.Contains(out, "("+f.Signature+" # planted)")
			fails := strings.Contains(out, "known if it is in the file of -ackproof.known:\n          "+f.Signature)
			if isKnown != (i < n) || fails == isKnown {
				t.Errorf("%d of %d known: known %v, fails %v: %s\n%s", n, len(bugs), isKnown, fails, f.Signature, out)
			}
		}
		if !strings.Contains(out, "known, and it did not show under any profile: "+never+"\n") {
			t.Errorf("it does not say what no longer shows:\n%s", out)
		}
	}
}

// written returns a file that holds the text.
func written(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}
