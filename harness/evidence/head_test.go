package evidence_test

import (
	"errors"
	"testing"

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

func TestHead(t *testing.T) {
	data, c := stored(t, finding(t, unsynced(t), harness.Config{Programs: 2}))
	got, err := evidence.ParseHead(data)
	if err != nil {
		t.Fatal(err)
	}
	want := evidence.Head{
		Engine: c.Engine, Profile: c.Life.Profile.String(), Property: c.Property(),
		Signature: c.Signature, Sentence: c.Sentence(), Confirmed: c.Confirmed,
	}
	if got != want {
		t.Errorf("got the head %+v, want %+v", got, want)
	}
	for _, cut := range []int{0, 10, len(data) / 2, len(data) - 1} {
		if _, err := evidence.ParseHead(data[:cut]); !errors.Is(err, evidence.ErrBundle) {
			t.Errorf("cut to %d bytes: got %v, want %v", cut, err, evidence.ErrBundle)
		}
	}
}
