package filelog

import (
	"hash/crc32"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// FuzzDecodeSegment wants that no bytes make recovery panic, and that it shows
// only entries whose payloads carry their checksum.
func FuzzDecodeSegment(f *testing.F) {
	fs := afero.NewMemMapFs()
	e := openOn(f, Options{FS: fs})
	must(f, e.log.PersistEntries(ctx, batch(1, 4, 1, 30)))
	must(f, e.log.Purge(ctx, engines.LogID{Index: 2, Term: 1}))
	must(f, e.log.ReplaceRange(ctx, 4, batch(4, 6, 2, 3)))
	must(f, e.log.Reset(ctx))
	must(f, e.log.PersistEntries(ctx, batch(1, 1, 3, 0)))
	must(f, e.Close())
	image := filesOf(f, fs)
	whole := image[segmentName(1)]
	f.Add(whole, false)
	f.Add(whole[:len(whole)-5], true)
	f.Add(whole[headerBytes:], true)
	f.Fuzz(func(t *testing.T, data []byte, mend bool) {
		if mend {
			data = mended(data)
		}
		fs := image.with(segmentName(1), data).fs()
		e, err := Open(Options{FS: fs, Dir: testDir})
		if err != nil {
			return
		}
		defer e.Close()
		v := &e.log.view
		if v.last-v.boundary.Index != uint64(len(v.at)) {
			t.Fatalf("%d entries, want %d..%d", len(v.at), v.boundary.Index+1, v.last)
		}
		for i, p := range v.at {
			record := data[p.off:p.end()]
			// A mended frame verifies, whatever its payloads say.
			if got, want := payloadSum(v.head+1+uint64(i), record[recordBytes:]), le.Uint32(record[12:]); got != want && !mend {
				t.Fatalf("entry with sum %08x shown, want %08x", got, want)
			}
		}
	})
}

// mended gives data a header and its frames checksums that fit, so that the
// fuzzer gets past them.
func mended(data []byte) []byte {
	out, seed := header{seq: 1}.encode(nil)
	out = append(out, data...)
	prev := seed
	for off := headerBytes; off+frameHeaderBytes <= len(out); {
		b := out[off:]
		size := max(frameHeaderBytes, int(le.Uint32(b[16:])%4096)&^(alignBytes-1))
		if size > len(b) {
			break
		}
		le.PutUint32(b, frameMagic)
		le.PutUint32(b[8:], prev)
		le.PutUint32(b[12:], le.Uint32(b[12:])%4)
		le.PutUint32(b[16:], uint32(size))
		prev = crc32.Update(seed^uint32(off), castagnoli, b[8:size])
		le.PutUint32(b[4:], prev)
		off += size
	}
	return out
}

func TestNewestSlot(t *testing.T) {
	put := func(slots ...slot) []byte {
		data := make([]byte, 2*slotStride)
		for i, s := range slots {
			copy(data[i*slotStride:], s.encode(nil))
		}
		return data
	}
	state := func(seq uint64) slot { return slot{seq: seq, state: engines.HardState{Term: seq}} }
	tests := []struct {
		name string
		data []byte
		want uint64
		ok   bool
	}{
		{"no file", nil, 0, false},
		{"zeros", make([]byte, 2*slotStride), 0, false},
		{"blank", put(state(0), state(0)), 0, true},
		{"first save", put(state(0), state(1)), 1, true},
		{"second save", put(state(2), state(1)), 2, true},
		{"torn second save", put(slot{}, state(1))[1:], 0, false},
		{"wrong slot", put(state(1), state(0)), 0, true},
		{"cut", put(state(2), state(3))[:slotStride], 2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := newestSlot(tt.data); got.seq != tt.want || ok != tt.ok {
				t.Errorf("save number %d, %v; want %d, %v", got.seq, ok, tt.want, tt.ok)
			}
		})
	}
}

// A frame in another place or segment is not believed.
func TestFrameBelongsToItsPlace(t *testing.T) {
	o := &change{kind: kindWrite, id: engines.LogID{Index: 1}, entries: batch(1, 2, 1, 20)}
	c := chain{seed: 1, prev: 1, off: headerBytes, synced: headerBytes}
	buf, sum := encodeFrame(nil, o, c)
	data := append(make([]byte, headerBytes), buf...)
	if f, ok := frameAt(data, headerBytes, c.seed); !ok || f.sum != sum || f.index != 1 || f.count != 2 {
		t.Fatalf("got %+v, %v; want the frame", f, ok)
	}
	if _, ok := frameAt(data, headerBytes, c.seed+1); ok {
		t.Error("frame of another segment verifies")
	}
	if _, ok := frameAt(buf, 0, c.seed); ok {
		t.Error("frame at another offset verifies")
	}
}

// A frame that vouches for a damaged place makes it corruption; one that does
// not leaves it a torn tail.
func TestSyncedPast(t *testing.T) {
	out, seed := header{seq: 1}.encode(nil)
	c := chain{seed: seed, prev: seed, off: headerBytes, synced: headerBytes}
	var starts []int
	for i := range uint64(3) {
		buf, sum := encodeFrame(nil, &change{kind: kindWrite, id: engines.LogID{Index: i + 1}, entries: batch(i+1, i+1, 1, 20)}, c)
		starts = append(starts, len(out))
		out = append(out, buf...)
		c.prev, c.off = sum, int64(len(out))
		if i == 1 {
			c.synced = int64(starts[1])
		}
	}
	for i, want := range []bool{true, false, false} {
		data := append([]byte(nil), out...)
		data[starts[i]+50] ^= 1
		s := newScanner(data, seed)
		for _, ok := s.next(); ok; _, ok = s.next() {
		}
		if off, ok := s.syncedPast(); ok != want || s.off != starts[i] || ok && off != starts[2] {
			t.Errorf("damage in frame %d ends at %d, frame %d proves sync: %v; want %d, %d, %v", i, s.off, off, ok, starts[i], starts[2], want)
		}
	}
}
