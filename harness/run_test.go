package harness_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
)

// TestRun is what a user's test looks like.
func TestRun(t *testing.T) {
	profiles := crash.Profiles()
	if testing.Short() {
		profiles = profiles[:2]
	}
	harness.Run(t, filelog.Factory(small), harness.WithConfig(harness.Config{Programs: 4}), harness.WithProfiles(profiles...))
}

// inChild says that this process is one that a test below started.
const inChild = "ACKPROOF_TEST_BROKEN_ENGINE"

// TestRunOfBrokenEngine fails, in a process of its own that the next test starts.
func TestRunOfBrokenEngine(t *testing.T) {
	if os.Getenv(inChild) == "" {
		return // only its child runs it
	}
	harness.Run(t, unsynced(), harness.WithProfiles(crash.Ext4Ordered(), crash.XFS()))
}

func runBroken(t *testing.T, wantExit int, flags ...string) string {
	t.Helper()
	child := exec.Command(os.Args[0], append([]string{"-test.run=^TestRunOfBrokenEngine$", "-test.v"}, flags...)...)
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.CombinedOutput()
	if got := child.ProcessState.ExitCode(); got != wantExit {
		t.Fatalf("%v: exit %d (%v), want %d\n%s", flags, got, err, wantExit, out)
	}
	return string(out)
}

// brokenPromise is a finding's heading, with the sentence below it.
var brokenPromise = regexp.MustCompile(`breaks acked-durable =+\n\s*call \d+ `)

// TestRunFailsAndReplays follows a failure of Run as its user would: read it,
// find the bundle, paste the command.
func TestRunFailsAndReplays(t *testing.T) {
	dir := t.TempDir()
	out := runBroken(t, 1, "-ackproof.out="+dir, "-ackproof.profile=ext4-ordered", "-ackproof.seed=3")
	for _, want := range []string{
		"profile ext4-ordered, seed 3", "lost of event ", "--- FAIL: TestRunOfBrokenEngine/ext4-ordered",
		"go test -run '^TestRunOfBrokenEngine$' -args -ackproof.replay=" + dir,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if !brokenPromise.MatchString(out) {
		t.Errorf("it does not say what failed:\n%s", out)
	}
	if strings.Contains(out, "xfs") {
		t.Errorf("-ackproof.profile did not replace the profiles:\n%s", out)
	}
	bundles, err := filepath.Glob(filepath.Join(dir, "*acked-durable.ackproof"))
	if err != nil || len(bundles) != 1 {
		t.Fatalf("bundles %v, %v", bundles, err)
	}
	if again := runBroken(t, 1, "-ackproof.replay="+bundles[0]); !brokenPromise.MatchString(again) {
		t.Errorf("the replay does not say what failed:\n%s", again)
	}
	if none := runBroken(t, 1, "-ackproof.replay="+filepath.Join(dir, "none")); !strings.Contains(none, "no such file") {
		t.Errorf("a bundle that is not there:\n%s", none)
	}
	if bad := runBroken(t, 1, "-ackproof.profile=ext5"); !strings.Contains(bad, `unknown profile "ext5"`) {
		t.Errorf("an unknown profile:\n%s", bad)
	}
}
