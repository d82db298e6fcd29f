package evidence_test

import (
	"errors"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// lostFile is a case of a file that a crash took.
func lostFile(t *testing.T) *evidence.Record {
	t.Helper()
	disk := faultfs.NewDisk(faultfs.Config{})
	invoked := disk.Invoke(1)
	if _, err := disk.Create("/x"); err != nil {
		t.Fatal(err)
	}
	returned := disk.Return(1)
	const program = "# ackproof program v1\npersist 1\n"
	return &evidence.Record{
		Engine: "x", Kind: logstore.Kind, Contract: raftlog.Contract{}, Profile: "strict-posix", Property: models.AckedDurable, Program: program,
		State: crash.State{Point: len(disk.Journal().Events), Lost: true}, Recovered: &models.Recovered{},
		Violations: []models.Violation{{Property: models.AckedDurable, Sentence: "gone"}},
		Lives: []evidence.LifeRecord{{
			Journal: disk.Journal().Record(), Steps: program,
			Calls: models.History{{ID: 1, Op: &raftlog.Op{Kind: raftlog.Persist}, Invoked: invoked, Returned: returned}},
		}},
	}
}

func TestRecordThatDoesNotFitIsRefused(t *testing.T) {
	if _, err := lostFile(t).Case(); err != nil {
		t.Fatalf("whole: %v", err)
	}
	for what, change := range map[string]func(*evidence.Record){
		"no life":       func(r *evidence.Record) { r.Lives = nil },
		"bad profile":   func(r *evidence.Record) { r.Profile = "fat12" },
		"bad program":   func(r *evidence.Record) { r.Program = "persist" },
		"bad steps":     func(r *evidence.Record) { r.Lives[0].Steps = "persist" },
		"foreign crash": func(r *evidence.Record) { r.State.Point = 1 << 20 },
		"no recovery":   func(r *evidence.Record) { r.Lives = append(r.Lives, r.Lives[0]) },
	} {
		r := lostFile(t)
		change(r)
		if _, err := r.Case(); !errors.Is(err, evidence.ErrBundle) {
			t.Errorf("%s: got %v, want ErrBundle", what, err)
		}
	}
}

// A bundle says how many states showed the cause, and what was not done; one of an older
// release says neither.
func TestRecordKeepsWhatIsUnfinished(t *testing.T) {
	c, err := lostFile(t).Case()
	if err != nil || c.States != 0 || c.Unfinished != "" {
		t.Fatalf("without the fields: got %d states, %q, %v", c.States, c.Unfinished, err)
	}
	c.States, c.Unfinished = 7, "not shrunk: out of time"
	_, back := stored(t, c)
	if back.States != c.States || back.Unfinished != c.Unfinished {
		t.Errorf("got %d states and %q, want %d and %q", back.States, back.Unfinished, c.States, c.Unfinished)
	}
}
