package evidence_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

var signatures = []string{
	"acked-durable",
	"acked-durable; lost write *.log in persist by log.append < log.PersistEntries",
	"acked-durable; lost write *.log in persist; lost rename a in open by log.Open",
	`opens-after-crash; fails "panic in open at log.decode"; lost write *.log`,
	`opens-after-crash; fails "error: bad \"sum\"; lost it # 1"; after reopen`,
	"reads-linearizable; after read-range",
	"no-silent-corruption; damaged write *.log in persist by log.append < log.PersistEntries; damaged write head in open",
}

// TestCauseParsesBack holds that each signature is read back as it was written.
func TestCauseParsesBack(t *testing.T) {
	for _, text := range signatures {
		c, err := evidence.ParseCause(text)
		if err != nil || c.String() != text {
			t.Errorf("%s: got %q, %v", text, c, err)
		}
	}
}

func TestBadCauses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "want a property",
		"nothing-durable":                       "want a property",
		"acked-durable; ":                       "clause",
		"acked-durable; lost":                   "clause",
		"acked-durable; lost write":             "want an event and a file",
		"acked-durable; lost write a b":         "want an event and a file",
		"acked-durable; fails panic":            "in quotes",
		`acked-durable; after x; fails "panic"`: "normal form",
		"acked-durable; lost write a in ":       "normal form",
		"no-silent-corruption; damaged write":   "want an event and a file",
	} {
		if _, err := evidence.ParseCause(text); !errors.Is(err, evidence.ErrCause) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseCause(f *testing.F) {
	for _, text := range signatures {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := evidence.ParseCause(text)
		if err == nil && c.String() != text {
			t.Errorf("%q is read and written as %q", text, c)
		}
	})
}

func cause(t *testing.T, text string) evidence.Cause {
	t.Helper()
	c, err := evidence.ParseCause(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCovers says which failures a cause covers: those that need nothing lost from other
// places. Where a function is not known, file and call tell places apart.
func TestCovers(t *testing.T) {
	const (
		known  = "acked-durable; lost write *.log in persist by log.append < log.Persist; lost create *.log in persist by log.roll"
		append = "acked-durable; lost write *.log in persist by log.append < log.Persist"
		both   = "no-silent-corruption; damaged write *.log in persist by log.writeAt < log.append; damaged write head in persist by log.writeAt < log.append"
		one    = "no-silent-corruption; damaged write head in persist by log.writeAt < log.append"
	)
	for _, test := range []struct {
		cause, other string
		want         bool
	}{
		{known, known, true},
		{known, append, true},
		{append, known, false},
		{append, "acked-durable; lost write *.log in replace by log.append < log.Persist", true},  // one place, two calls
		{append, "acked-durable; lost write *.log in replace by log.append < log.Replace", false}, // another caller
		{append, "acked-durable; lost write *.log in persist", true},                              // of a run without stacks
		{append, "acked-durable; lost write *.log in truncate", false},
		{append, "mutation-durable; lost write *.log in persist by log.append < log.Persist", false},
		{append, "acked-durable; after persist", false},
		{append, "error-surfaced; lost write *.log in persist by log.append < log.Persist", true}, // a fault beside what is never durable
		{"error-surfaced; lost write *.log in persist by log.append < log.Persist", append, false},
		{"acked-durable; after persist", "error-surfaced; after persist", false},
		{"acked-durable; after persist", append, false},
		{"acked-durable; after persist", "acked-durable; after persist", true},
		{"acked-durable; after persist", "acked-durable; after purge", false},
		{both, one, true},
		{one, both, false}, // which damages what one has not
		{one, "no-silent-corruption; damaged write head in save-hard-state by log.writeAt < log.append", true},
		{one, "no-silent-corruption; damaged write tail in persist by log.writeAt < log.append", false}, // another file
		{one, "no-silent-truncation; damaged write head in persist by log.writeAt < log.append", false},
		{one, "no-silent-corruption; after persist", false},
		{`opens-after-crash; fails "error: a"; after persist`, `opens-after-crash; fails "error: b"; after persist`, false},
	} {
		if got := cause(t, test.cause).Covers(cause(t, test.other)); got != test.want {
			t.Errorf("%s\ncovers %s: %v, want %v", test.cause, test.other, got, test.want)
		}
	}
}

// TestReadKnown reads causes with and without comments, also where quotes hold the mark
// of a comment.
func TestReadKnown(t *testing.T) {
	text := "# what we know\n\nacked-durable; after persist # issue 7: \"later\"\n" + signatures[4] + "\n" + signatures[4] + " # twice\n"
	known, err := evidence.ReadKnown(strings.NewReader(text))
	if err != nil || len(known) != 3 {
		t.Fatalf("got %v, %v, want three", known, err)
	}
	if k := known[0]; k.Property != models.AckedDurable || k.Comment != `issue 7: "later"` || k.String() != `acked-durable; after persist # issue 7: "later"` {
		t.Errorf("got %v", k)
	}
	if known[1].Cause.String() != signatures[4] || known[1].Comment != "" || known[2].Comment != "twice" {
		t.Errorf("got %v", known)
	}
	_, err = evidence.ReadKnown(strings.NewReader("acked-durable\n\nnonsense # here\n"))
	if !errors.Is(err, evidence.ErrCause) || !strings.HasPrefix(err.Error(), "line 3: ") {
		t.Errorf("got %v, want the line of what is no signature", err)
	}
}
