package harness_test

import (
	"regexp"
	"testing"
)

// TestRunAttributes wants the outcome among the test's attributes, and artifacts
// where go test is told to keep them.
func TestRunAttributes(t *testing.T) {
	dir := t.TempDir()
	out := runBroken(t, 1, "-ackproof.profile=ext4-ordered", "-ackproof.seed=3", "-test.artifacts", "-test.outputdir="+dir)
	for _, want := range []string{
		`engine \S+`, `profile ext4-ordered`, `seed 3`, `verdict refuted`, `states [1-9]\d*`, `distinct [1-9]\d*`,
		`programs \d+ of \d+`, `finding\.\d acked-durable; lost write \S+ .*`,
	} {
		pattern := `(?m)^=== ATTR  TestRunOfBrokenEngine/ext4-ordered ackproof\.` + want + `$`
		if !regexp.MustCompile(pattern).MatchString(out) {
			t.Errorf("no line like %s in\n%s", pattern, out)
		}
	}
	pattern := `ackproof\.replay=` + regexp.QuoteMeta(dir) + `/_artifacts/\S+\.ackproof`
	if !regexp.MustCompile(pattern).MatchString(out) {
		t.Errorf("the bundle is not among the artifacts: no %s in\n%s", pattern, out)
	}
}
