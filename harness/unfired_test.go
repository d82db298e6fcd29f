package harness_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestUnfiredIsNotHeld: of a program that somebody gave each fault must fire, in it or in
// what follows its crashes.
func TestUnfiredIsNotHeld(t *testing.T) {
	for program, unfired := range map[string]string{
		"fail fsync 1\npersist 1":                                       "",
		"persist 1\nfail open 1":                                        "", // in a recovery
		"fail fsync 1\npersist 1\nfail mkdir 3\nflush":                  "fail mkdir 3",
		"persist 1\nspace 1000000\nfail fsync 2 path=*.none\npersist 1": "space 1000000; fail fsync 2 path=*.none",
	} {
		o := verify(t, filelog.Factory(small), harness.Config{
			Profile: crash.Ext4Ordered(), Only: []scenarios.NamedProgram{{Name: "given", Program: raftlog.MustParse(program)}},
		})
		var got []string
		for _, u := range o.Unfired {
			got = append(got, u.Fault)
		}
		if text := strings.Join(got, "; "); text != unfired || (o.Verdict == evidence.Held) != (unfired == "") || len(o.Findings) > 0 {
			t.Errorf("%q: got %s, not fired %q, want %q", program, o.Summary(), text, unfired)
		}
	}
}

// TestUnfiredFails: a test whose program has a fault that never fires fails, and says which.
func TestUnfiredFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program.txt")
	if err := os.WriteFile(path, []byte("# ackproof program v1\npersist 1\nfail mkdir 7\npersist 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := startChild(t, "slow-sound", time.Minute, "-ackproof.program="+path, "-ackproof.profile=ext4-ordered", "-ackproof.depth=1")
	out := c.wait(t)
	if want := `the fault "fail mkdir 7" of the program "program" never fired`; c.code() == 0 || !strings.Contains(out, want) {
		t.Errorf("got exit %d, want a failure that says %q, of\n%s", c.code(), want, out)
	}
}
