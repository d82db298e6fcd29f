package reports

import (
	"io"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// WriteReplay writes what came of a replay: the case in full, as it is now, or that
// it does not come again as it was.
func WriteReplay(w io.Writer, was, now *evidence.Case) error {
	t := &text{}
	where := was.Engine + " under " + was.Life.Profile.Name
	switch {
	case now.Verdict.Outcome == models.Pass:
		t.line(0, "%s: %s held: the finding does not come again", where, was.Property())
		t.line(0, "it was: %s", was.Sentence())
	case now.Verdict.Outcome == models.Unknown:
		t.line(0, "%s: %s could not be judged", where, was.Property())
	default:
		t.heading("replay: %s breaks %s", where, now.Property())
		if now.Property() != was.Property() {
			t.line(0, "not the finding in the bundle, which is %s: %s", was.Property(), was.Sentence())
		}
		t.finding(NewFinding(now))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}
