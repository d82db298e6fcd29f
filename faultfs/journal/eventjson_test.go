package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// TestZerosAreStoredAsANumber: a large write of zeros is small when it is stored.
func TestZerosAreStoredAsANumber(t *testing.T) {
	was := journal.Event{Kind: journal.EventWrite, Ino: 2, Path: "/f", Off: 7, Data: make([]byte, 64<<20)}
	text, err := json.Marshal(was)
	if err != nil || len(text) > 100 {
		t.Fatalf("got %d bytes, %v, want at most 100", len(text), err)
	}
	var is journal.Event
	if err := json.Unmarshal(text, &is); err != nil {
		t.Fatal(err)
	}
	if is.String() != was.String() || is.Ino != was.Ino || !bytes.Equal(is.Data, was.Data) {
		t.Errorf("got %v, want %v", is, was)
	}
}

func TestZerosThatNoDiskStored(t *testing.T) {
	for _, text := range []string{
		`{"kind":"write","zeros":-1}`,
		`{"kind":"write","zeros":99999999999}`,
		`{"kind":"write","zeros":600,"data":"AAAA"}`,
	} {
		var e journal.Event
		if err := json.Unmarshal([]byte(text), &e); !errors.Is(err, journal.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", text, err)
		}
	}
}
