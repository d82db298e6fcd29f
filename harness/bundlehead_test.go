package harness_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/ackproof/ackproof/harness"
)

// plantedBundle returns a finding's bundle as it is in its file, and read.
func plantedBundle(t *testing.T) ([]byte, *harness.Bundle) {
	t.Helper()
	outcome, err := harness.Verify(context.Background(), unsynced(), harness.Config{Programs: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatal("the engine held: want a finding")
	}
	path := filepath.Join(t.TempDir(), "x.ackproof")
	if err := harness.WriteBundle(path, outcome.Findings[0]); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := harness.ParseBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	return data, b
}

func TestBundleHead(t *testing.T) {
	data, b := plantedBundle(t)
	got, err := harness.ParseBundleHead(data)
	if err != nil {
		t.Fatal(err)
	}
	want := harness.BundleHead{
		Engine: b.Engine, Profile: b.Profile, Property: b.Property,
		Signature: b.Signature, Sentence: b.Sentence, Confirmed: b.Confirmed,
	}
	if got != want {
		t.Errorf("got the head %+v, want %+v", got, want)
	}
	for _, cut := range []int{0, 10, len(data) / 2, len(data) - 1} {
		if _, err := harness.ParseBundleHead(data[:cut]); !errors.Is(err, harness.ErrBundle) {
			t.Errorf("cut to %d bytes: got %v, want %v", cut, err, harness.ErrBundle)
		}
	}
}

// TestBundleImage wants the image that a replay recovers from, without an engine.
func TestBundleImage(t *testing.T) {
	_, b := plantedBundle(t)
	image, err := b.Image()
	if err != nil {
		t.Fatal(err)
	}
	replayed, err := b.Replay(unsynced())
	if err != nil {
		t.Fatal(err)
	}
	if image.Hash() != replayed.Image.Hash() {
		t.Errorf("got the image\n%v\nwant\n%v", image, replayed.Image)
	}
	b.Live = true
	if _, err := b.Image(); !errors.Is(err, harness.ErrNoCrash) {
		t.Errorf("live: got %v, want %v", err, harness.ErrNoCrash)
	}
	b.Live, b.State.Point = false, 1<<30
	if _, err := b.Image(); !errors.Is(err, harness.ErrBundle) {
		t.Errorf("a crash after the end: got %v, want %v", err, harness.ErrBundle)
	}
}
