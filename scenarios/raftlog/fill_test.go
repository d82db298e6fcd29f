package raftlog

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/scenarios"
)

// filled returns the entries that a program's last step writes.
func filled(t *testing.T, program string) []engines.Entry {
	t.Helper()
	r := newResolver()
	var last []scenarios.Action
	for _, s := range MustParse(program) {
		last = r.Resolve(s)
	}
	return entriesOf(last[0])
}

func TestFills(t *testing.T) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	for _, e := range filled(t, "persist 3 size=700 fill=zeros") {
		if !bytes.Equal(e.Payload, make([]byte, 700)) {
			t.Errorf("entry %d: got %x, want 700 zeros", e.Index, e.Payload)
		}
	}
	entries := filled(t, "persist 2 size=4096 fill=compressible")
	for _, e := range entries {
		if packed := encoder.EncodeAll(e.Payload, nil); len(e.Payload) != 4096 || len(packed) > 256 {
			t.Errorf("entry %d: got %d bytes that pack to %d, want 4096 that pack to few", e.Index, len(e.Payload), len(packed))
		}
	}
	if bytes.Equal(entries[0].Payload[:8], entries[1].Payload[:8]) {
		t.Error("got the same bytes in two entries, want other ones")
	}
	if again := filled(t, "persist 2 size=4096 fill=compressible"); !reflect.DeepEqual(again, entries) {
		t.Error("got other bytes the second time")
	}
	if e := filled(t, "persist 1 size=100 fill=random")[0]; !bytes.Equal(e.Payload, scenarios.Payload(e.Index, e.Term, 100)) {
		t.Errorf("got %x, want what stands where no fill does", e.Payload)
	}
}

// An index and a term name one payload for good, whatever fill is asked for later.
func TestFillOfSameEntry(t *testing.T) {
	first := filled(t, "persist 1 size=50 fill=zeros")
	for _, again := range []string{"persist 1 back=1 size=50", "replace 1 1 size=9 fill=compressible"} {
		if got := filled(t, "persist 1 size=50 fill=zeros\n"+again); !reflect.DeepEqual(got, first) {
			t.Errorf("%s: got %v, want %v", again, got, first)
		}
	}
}

func TestFillsAreDrawn(t *testing.T) {
	drawn := map[scenarios.Fill]int{}
	for seed := range uint64(100) {
		for _, s := range Language.Example(seed, scenarios.Config{}) {
			if s.Kind.Writes {
				drawn[s.Fill]++
			}
		}
	}
	if drawn[scenarios.FillZeros] < 20 || drawn[scenarios.FillCompressible] < 20 || drawn[scenarios.FillRandom] < 200 {
		t.Errorf("got %v, want some of each, and random ones most", drawn)
	}
}
