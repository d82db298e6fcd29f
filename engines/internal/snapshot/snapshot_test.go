package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/spf13/afero"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pairsOf returns pairs of texts, each with its value behind it.
func pairsOf(texts ...string) []engines.KeyValue {
	var out []engines.KeyValue
	for i := 0; i < len(texts); i += 2 {
		out = append(out, engines.KeyValue{Key: []byte(texts[i]), Value: []byte(texts[i+1])})
	}
	return out
}

func scanOf(pairs []engines.KeyValue) Scan {
	return func(visit func(key, value []byte) error) error {
		for _, pair := range pairs {
			if err := visit(pair.Key, pair.Value); err != nil {
				return err
			}
		}
		return nil
	}
}

func show(pairs []engines.KeyValue) string {
	out := ""
	for _, pair := range pairs {
		out += fmt.Sprintf("%q=%q ", pair.Key, pair.Value)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		state := rapid.MapOf(rapid.String(), rapid.SliceOfN(rapid.Byte(), 0, 3000)).Draw(r, "state")
		var pairs []engines.KeyValue
		for _, key := range slices.Sorted(maps.Keys(state)) {
			pairs = append(pairs, engines.KeyValue{Key: []byte(key), Value: state[key]})
		}
		last := engines.LogID{Index: rapid.Uint64().Draw(r, "index"), Term: rapid.Uint64().Draw(r, "term")}
		fs := afero.NewMemMapFs()
		sum, err := Write(fs, "/a/b/c/snapshot", last, scanOf(pairs))
		if err != nil {
			r.Fatal(err)
		}
		got, err := Read(fs, "/a/b/c/snapshot", engines.SnapshotMetadata{LastIncluded: last, Checksum: sum})
		if err != nil || show(got) != show(pairs) {
			r.Fatalf("got %s, %v, want %s", show(got), err, show(pairs))
		}
		again, err := Write(fs, "/again", last, scanOf(pairs))
		if err != nil || again != sum {
			r.Fatalf("got checksums %x and %x, %v of one state", sum, again, err)
		}
	})
}

// layout makes a file by hand, as the drawing in doc.go has it.
func layout(version uint32, last engines.LogID, content []byte, count uint64) []byte {
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	out := binary.BigEndian.AppendUint32([]byte("ackpsnap"), version)
	out = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(out, last.Index), last.Term)
	out = packer.EncodeAll(content, out)
	out = binary.BigEndian.AppendUint64(out, count)
	return summed(out)
}

func summed(out []byte) []byte {
	return binary.BigEndian.AppendUint32(out, crc32.Checksum(out, crc32.MakeTable(crc32.Castagnoli)))
}

func TestLayout(t *testing.T) {
	last := engines.LogID{Index: 5, Term: 2}
	content := []byte("\x00\x00\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x02bb\x00\x00\x00\x03123")
	fs := afero.NewMemMapFs()
	data := layout(1, last, content, 2)
	must(t, afero.WriteFile(fs, "hand", data, 0o644))
	got, err := Read(fs, "hand", engines.SnapshotMetadata{LastIncluded: last, Checksum: sha256.Sum256(data)})
	if want := `"a"="" "bb"="123" `; err != nil || show(got) != want {
		t.Errorf("got %s, %v from a file made by hand, want %s", show(got), err, want)
	}

	_, err = Write(fs, "machine", last, scanOf(pairsOf("a", "", "bb", "123")))
	must(t, err)
	data, err = afero.ReadFile(fs, "machine")
	must(t, err)
	if got, want := string(data[:28]), "ackpsnap\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x02"; got != want {
		t.Errorf("got head %q, want %q", got, want)
	}
	unpacker, err := zstd.NewReader(bytes.NewReader(data[28 : len(data)-12]))
	must(t, err)
	defer unpacker.Close()
	if packed, err := io.ReadAll(unpacker); err != nil || !bytes.Equal(packed, content) {
		t.Errorf("got pairs %q, %v, want %q", packed, err, content)
	}
	if foot := data[:len(data)-4]; binary.BigEndian.Uint64(foot[len(foot)-8:]) != 2 || !bytes.Equal(summed(bytes.Clone(foot)), data) {
		t.Errorf("got foot %x, want 2 pairs and the sum", data[len(data)-12:])
	}
}

// Files whose sums are right, and which are no snapshots.
func TestDefects(t *testing.T) {
	good := layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01a\x00\x00\x00\x011"), 1)
	for _, c := range []struct {
		name, want string
		data       []byte
	}{
		{"empty", "got 0 bytes", nil},
		{"another file", "begin with", []byte(strings.Repeat("another file ", 9))},
		{"only a head", "at least 40", good[:28]},
		{"version 2", "it has version 2, and this ackproof reads version 1: use a newer ackproof", layout(2, engines.LogID{}, nil, 0)},
		{"version 0", "version 0, and this ackproof reads version 1: use the ackproof that wrote it", layout(0, engines.LogID{}, nil, 0)},
		{"count", "got 1 pairs, want 2", layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01a\x00\x00\x00\x011"), 2)},
		{"no value", "end within a pair", layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01a"), 1)},
		{"cut value", "end within a pair", layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01a\x00\x00\x00\x021"), 1)},
		{"huge key", "end within a pair", layout(1, engines.LogID{}, []byte("\xff\xff\xff\xffa"), 1)},
		{"key twice", `key "a" comes after "a"`, layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x00\x00"), 2)},
		{"keys in no order", `key "a" comes after "b"`, layout(1, engines.LogID{}, []byte("\x00\x00\x00\x01b\x00\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x00\x00"), 2)},
		{"not compressed", "decompress", summed(append(bytes.Clone(good[:28]), "no zstd, no zstd"...))},
		{"another position", "stands at index 7, term 0, want 0, 0", layout(1, engines.LogID{Index: 7}, nil, 0)},
		{"flipped bit", "it sums to", append(bytes.Clone(good[:40]), summed(good[40:])...)},
	} {
		fs := afero.NewMemMapFs()
		must(t, afero.WriteFile(fs, "f", c.data, 0o644))
		pairs, err := Read(fs, "f", engines.SnapshotMetadata{Checksum: sha256.Sum256(c.data)})
		if pairs != nil || !errors.Is(err, engines.ErrCorrupt) || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: got %s, %v, want %v with %q", c.name, show(pairs), err, engines.ErrCorrupt, c.want)
		}
	}
}

// Lengths that are only declared take no memory.
func TestHostileLengths(t *testing.T) {
	content := binary.BigEndian.AppendUint32(nil, math.MaxUint32)
	for _, data := range [][]byte{
		layout(1, engines.LogID{}, content, math.MaxUint64),
		// A frame of zstd that declares a window, and a content, of many GiB.
		summed(append(layout(1, engines.LogID{}, nil, 0)[:28], "\x28\xb5\x2f\xfd\xc0\xff\xff\xff\xff\xff\xff\xff\x7f\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := decode(data)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 20<<20 {
			t.Errorf("took %d bytes, %v, want an error and few", taken, err)
		}
	}
}

func TestScanFails(t *testing.T) {
	fs, broken := afero.NewMemMapFs(), errors.New("broken")
	_, err := Write(fs, "/d/f", engines.LogID{}, func(visit func(key, value []byte) error) error {
		return errors.Join(visit([]byte("a"), nil), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if names, err := afero.ReadDir(fs, "/d"); len(names) != 0 || err != nil {
		t.Errorf("a snapshot that failed left %d files, %v", len(names), err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, pairs := range [][]engines.KeyValue{nil, pairsOf("a", ""), pairsOf("a", "1", "b", strings.Repeat("2", 5000))} {
		var out bytes.Buffer
		_, err := writeTo(&out, engines.LogID{Index: 3, Term: 1}, scanOf(pairs))
		must(f, err)
		f.Add(out.Bytes()[:out.Len()-4])
	}
	f.Fuzz(func(t *testing.T, unsummed []byte) {
		last, pairs, err := decode(summed(bytes.Clone(unsummed)))
		if err != nil {
			return
		}
		var out bytes.Buffer
		_, err = writeTo(&out, last, scanOf(pairs))
		must(t, err)
		if gotLast, got, err := decode(out.Bytes()); err != nil || gotLast != last || show(got) != show(pairs) {
			t.Errorf("%s at %v came back as %s at %v, %v", show(pairs), last, show(got), gotLast, err)
		}
	})
}

func BenchmarkWriteAndRead(b *testing.B) {
	for _, count := range []int{10, 10_000} {
		b.Run(fmt.Sprint(count), func(b *testing.B) {
			var pairs []engines.KeyValue
			for i := range count {
				pairs = append(pairs, pairsOf(fmt.Sprintf("key%08d", i), strings.Repeat("v", 100))...)
			}
			fs := afero.NewMemMapFs()
			b.ReportAllocs()
			for b.Loop() {
				sum, err := Write(fs, "f", engines.LogID{}, scanOf(pairs))
				must(b, err)
				_, err = Read(fs, "f", engines.SnapshotMetadata{Checksum: sum})
				must(b, err)
			}
		})
	}
}
