package raftlog

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// measured returns a life of entries that are held, and measurements after them. Where more
// is set, more entries come after half of them.
func measured(n int, more bool, usage func(i int) *models.Usage) models.History {
	h := begin().persist(1, 1, 3).h.common()
	for i := range n {
		if more && i == n/2 {
			again := begin().persist(1, 4, 9).h.common()[0]
			again.ID, again.Invoked, again.Returned = len(h)+1, 96+10*i, 98+10*i
			h = append(h, again)
		}
		at := 100 + 10*i
		h = append(h, models.Call{ID: len(h) + 1, Op: models.Measure, Result: models.Result{Answer: usage(i)}, Invoked: at, Returned: at + 5})
	}
	return h
}

func files(n int) *models.Usage { return &models.Usage{Files: n, Bytes: 100} }

func file(bytes int64) *models.Usage {
	return &models.Usage{Files: 1, Bytes: bytes, Names: []string{"log"}, Largest: "log", LargestBytes: bytes}
}

// TestSpaceReclaimed: growth refutes who claims that there is none, in files or in bytes.
// What is high from the start, what comes and goes, what stops, and what more entries take, do not.
func TestSpaceReclaimed(t *testing.T) {
	claiming := Contract{KeepsBoundary: true, Claims: engines.Claims{SpaceReclaimed: true}}
	for _, test := range []struct {
		about    string
		contract Contract
		n        int
		more     bool
		usage    func(i int) *models.Usage
		sentence string
	}{
		{
			"a file more each time", claiming, 100, false, files, "over 100 measurements and 0 crashes the store's directory went from 0 files of 100 bytes to 99 files of 100 bytes, " +
				"though the store never held more than 3 items of 9 bytes; the least number of files in each quarter was 0, 25, 50, 75",
		},
		{
			"a KiB more each time", claiming, 100, false, func(i int) *models.Usage { return file(int64(i) << 10) },
			"over 100 measurements and 0 crashes the store's directory went from 1 file of 0 bytes to 1 file of 99 KiB, though the store never held " +
				"more than 3 items of 9 bytes; the least number of bytes in each quarter was 0, 25600, 51200, 76800; the largest is log of 99 KiB",
		},
		{"nobody claims it", Contract{KeepsBoundary: true}, 100, false, files, ""},
		{"too few", claiming, 99, false, files, ""},
		{"it holds more", claiming, 100, true, files, ""},
		{"much from the start", claiming, 100, false, func(int) *models.Usage { return file(1 << 30) }, ""},
		{"it stops", claiming, 100, false, func(i int) *models.Usage { return files(min(i, 45)) }, ""},
		{"it is tidied up late", claiming, 100, false, func(i int) *models.Usage { return files(i % 40) }, ""},
		{"little", claiming, 100, false, func(i int) *models.Usage { return files(i / 20) }, ""},
	} {
		h := measured(test.n, test.more, test.usage)
		v := models.CheckHistory(test.contract, models.Fresh(test.contract), h)
		if want := test.sentence; want == "" && v.Outcome != models.Pass {
			t.Errorf("%s: got %s %v, want pass", test.about, v.Outcome, v.Violations)
		} else if want != "" && (v.Outcome != models.Fail || v.Violations[0].Property != models.SpaceReclaimed || !strings.HasPrefix(v.Violations[0].Sentence, want)) {
			t.Errorf("%s: got %s %v\nwant %s", test.about, v.Outcome, v.Violations, want)
		}
		k := models.NewChecker(test.contract, models.Fresh(test.contract), h)
		want := test.contract.SpaceReclaimed && test.n >= 100 && !test.more && test.sentence == "" // a call that fails is no evidence
		if got := k.Exercised(k.Position(1 << 40)).Has(models.SpaceReclaimed); got != want {
			t.Errorf("%s: exercised is %v, want %v", test.about, got, want)
		}
	}
}

// What was measured goes on from life to life, with the crashes between counted.
func TestSpaceReclaimedOverLives(t *testing.T) {
	c := Contract{KeepsBoundary: true, Claims: engines.Claims{SpaceReclaimed: true, WriteDurable: true}}
	start := models.Fresh(c)
	for i := range 99 {
		h := measured(1, false, func(int) *models.Usage { return &models.Usage{Files: i, Names: []string{"new-1"}} })
		if i > 0 {
			h = h[1:]
		}
		k := models.NewChecker(c, start, h)
		v := k.Check(k.Position(1<<40), shows(batch(1, 1, 3)).common())
		if v.Outcome != models.Pass {
			t.Fatalf("life %d: got %s %v", i, v.Outcome, v.Violations)
		}
		start = v.After
	}
	h := measured(1, false, func(int) *models.Usage { return files(99) })[1:]
	v := models.CheckHistory(c, start, h)
	if v.Outcome != models.Fail || !strings.HasPrefix(v.Violations[0].Sentence, "over 100 measurements and 99 crashes the store's directory went from 0 files") {
		t.Errorf("got %s %v", v.Outcome, v.Violations)
	}
}
