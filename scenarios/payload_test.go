package scenarios

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"
)

func TestPayloadIsPure(t *testing.T) {
	for _, size := range []int{0, 1, 7, 8, 9, 63, 4096} {
		one := Payload(3, 2, size)
		if len(one) != size || !bytes.Equal(one, Payload(3, 2, size)) {
			t.Errorf("size %d: got %d bytes, or others the second time", size, len(one))
		}
	}
}

// Bundles hold digests of payloads, so that these may never change.
func TestPayloadNeverChanges(t *testing.T) {
	want := []byte{0x3, 0x7f, 0x53, 0x9c, 0xed, 0x51, 0x29, 0xae, 0x5b, 0xb3, 0x6e}
	if got := Payload(1, 1, 11); !bytes.Equal(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	if got, want := xxh3.Hash(Payload(1<<40, 1<<33, 1003)), uint64(0x2bbd25fc9fcc1606); got != want {
		t.Errorf("got hash %#x, want %#x", got, want)
	}
}

// A word of one payload that is in another could hide a torn write.
func TestPayloadsShareNoWord(t *testing.T) {
	seen := map[[8]byte]bool{}
	for index := range uint64(20) {
		for term := range uint64(20) {
			for size := range 5 {
				payload := Payload(index, term, 64+size)
				for at := 0; at+8 <= len(payload); at += 8 {
					word := [8]byte(payload[at:])
					if seen[word] {
						t.Fatalf("index %d, term %d, size %d: word at %d was seen before", index, term, 64+size, at)
					}
					seen[word] = true
				}
			}
		}
	}
}

func TestPayloadDoesNotCompress(t *testing.T) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	for _, size := range []int{512, 64 << 10, 1 << 20} {
		if packed := encoder.EncodeAll(Payload(1, 1, size), nil); len(packed) < size {
			t.Errorf("got %d bytes from %d", len(packed), size)
		}
	}
}

func BenchmarkPayload(b *testing.B) {
	for name, size := range map[string]int{"64B": 64, "4KiB": 4 << 10, "64KiB": 64 << 10} {
		b.Run(name, func(b *testing.B) {
			dst := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				fillPayload(dst, 7, 3)
			}
		})
	}
}
