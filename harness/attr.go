package harness

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
)

// attributes puts what the outcome says into the test's attributes, which go test
// -json carries to systems that read it.
func attributes(t *testing.T, o *evidence.Outcome) {
	t.Helper()
	t.Attr("ackproof.engine", oneLine(o.Engine))
	t.Attr("ackproof.profile", oneLine(o.Profile))
	t.Attr("ackproof.seed", fmt.Sprint(uint64(o.Seed)))
	t.Attr("ackproof.verdict", string(o.Verdict))
	t.Attr("ackproof.states", fmt.Sprint(o.Tally.Visited))
	t.Attr("ackproof.distinct", fmt.Sprint(o.Tally.Distinct))
	t.Attr("ackproof.programs", fmt.Sprintf("%d of %d", o.Tally.Programs, o.Tally.Planned))
	if o.Cut != "" {
		t.Attr("ackproof.cut", o.Cut)
	}
	for i, f := range o.Findings {
		t.Attr(fmt.Sprintf("ackproof.finding.%d", i+1), oneLine(f.Signature))
	}
}

// oneLine returns s without line breaks, which an attribute cannot hold.
func oneLine(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s)
}
