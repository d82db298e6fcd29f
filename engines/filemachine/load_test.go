package filemachine

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
)

const testFile = testDir + "/machine"

func openOn(t testing.TB, opts Options) engines.StateMachine {
	t.Helper()
	opts.Dir = testDir
	m, err := Open(opts)
	must(t, err)
	must(t, m.Start(ctx))
	return m
}

func applyTo(t testing.TB, m engines.StateMachine, entries []engines.Entry) {
	t.Helper()
	_, err := m.ApplyChunk(ctx, entries)
	must(t, err)
}

func fileOf(t testing.TB, fs afero.Fs) []byte {
	t.Helper()
	data, err := afero.ReadFile(fs, testFile)
	must(t, err)
	return data
}

// fsOf returns a file system that holds data as a machine's file.
func fsOf(t testing.TB, data []byte) afero.Fs {
	t.Helper()
	fs := afero.NewMemMapFs()
	must(t, fs.MkdirAll(testDir, 0o755))
	must(t, afero.WriteFile(fs, testFile, data, 0o644))
	return fs
}

// tail is a file with changes at its end, what the machine showed before the first of them
// and after each, and where they end. Those from synced on no fsync covered.
type tail struct {
	data   []byte
	shows  []string
	ends   []int
	synced int
}

func newTail(t *testing.T, buffered bool) tail {
	t.Helper()
	fs := afero.NewMemMapFs()
	m := openOn(t, Options{FS: fs, Buffered: buffered})
	applyTo(t, m, puts(1, 100, "a", "b"))
	must(t, m.Flush(ctx))
	size := len(fileOf(t, fs))
	out := tail{shows: []string{show(t, m)}, ends: []int{size}, synced: size}
	for i := range uint64(3) {
		applyTo(t, m, puts(3+2*i, 400, "b", fmt.Sprint("c", i)))
		out.shows = append(out.shows, show(t, m))
		out.ends = append(out.ends, len(fileOf(t, fs)))
	}
	out.data = fileOf(t, fs)
	if !buffered {
		out.synced = out.ends[2] // the last one vouches for those before it
	}
	return out
}

// want returns what a machine has to show of data: the changes before the first that is
// not whole.
func (l tail) want(data []byte) string {
	whole := 0
	for whole < 3 && len(data) >= l.ends[whole+1] && bytes.Equal(data[:l.ends[whole+1]], l.data[:l.ends[whole+1]]) {
		whole++
	}
	return l.shows[whole]
}

func (l tail) check(t *testing.T, what string, data []byte) {
	t.Helper()
	fs := fsOf(t, data)
	for range 2 {
		if got, err := recovered(fs); got != l.want(data) || err != nil {
			t.Fatalf("%s: got %q, %v, want %q", what, got, err, l.want(data))
		}
	}
}

// fillings are what a file may hold where bytes did not become durable.
var fillings = map[string]func(dst, stale []byte){
	"zeros":   func(dst, _ []byte) { clear(dst) },
	"garbage": func(dst, _ []byte) { copy(dst, bytes.Repeat([]byte("\x00\x00\x01\x0d"), len(dst))) },
	"stale":   func(dst, stale []byte) { copy(dst, stale) },
}

func TestTailInEverySubsetOfSectors(t *testing.T) {
	l := newTail(t, true)
	var sectors [][2]int
	for at := l.synced; at < len(l.data); {
		end := min(len(l.data), (at/512+1)*512)
		sectors = append(sectors, [2]int{at, end})
		at = end
	}
	if len(sectors) < 5 {
		t.Fatalf("got %d sectors, want several", len(sectors))
	}
	stale := slices.Concat(l.data[512:], l.data[:512]) // what is elsewhere in the file
	for name, fill := range fillings {
		for lost := range 1 << len(sectors) {
			data := slices.Clone(l.data)
			for i, s := range sectors {
				if lost>>i&1 == 1 {
					fill(data[s[0]:s[1]], stale[s[0]:])
				}
			}
			l.check(t, fmt.Sprintf("%s in sectors %b", name, lost), data)
		}
	}
}

func TestCutAnywhere(t *testing.T) {
	l := newTail(t, true)
	_, seed, err := parseHead(l.data)
	must(t, err)
	base, ok := recordAt(l.data, seed, headBytes)
	if !ok {
		t.Fatal("there is no first record")
	}
	for size := range len(l.data) + 1 {
		data := l.data[:size]
		switch got, err := recovered(fsOf(t, data)); {
		case size >= l.synced:
			l.check(t, fmt.Sprintf("cut to %d", size), data)
		case size >= headBytes+len(base) && (got != "at 0/0" || err != nil):
			t.Errorf("cut to %d: got %q, %v, want the empty state", size, got, err)
		case size < headBytes+len(base) && !errors.Is(err, engines.ErrCorrupt):
			t.Errorf("cut to %d: got %q, %v, want %v", size, got, err, engines.ErrCorrupt)
		}
	}
}

// Whatever a later record vouches for, and the first record, is missed when it is damaged.
func TestDamage(t *testing.T) {
	l := newTail(t, false)
	for at := range l.data {
		data := slices.Clone(l.data)
		data[at] ^= 1 << (at % 8)
		got, err := recovered(fsOf(t, data))
		switch {
		case at < l.synced && !errors.Is(err, engines.ErrCorrupt):
			t.Errorf("byte %d: got %q, %v, want %v", at, got, err, engines.ErrCorrupt)
		case at >= l.synced && (got != l.shows[2] || err != nil):
			t.Errorf("byte %d of the last record: got %q, %v, want %q", at, got, err, l.shows[2])
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	l := newTail(t, false)
	version := slices.Clone(l.data)
	version[11] = 2
	for _, c := range []struct {
		data []byte
		want string
	}{
		{nil, "got 0 bytes"},
		{[]byte("no file of a machine, though long enough"), "begin with"},
		{version, "it has version 2, and this ackproof reads version 1: use a newer ackproof"},
		{l.data[:headBytes], "first record does not verify"},
		{l.data[:headBytes+8], "first record does not verify"},
		{slices.Concat(l.data[:l.ends[0]], make([]byte, l.ends[1]-l.ends[0]), l.data[l.ends[1]:]), "was written after its fsync"},
	} {
		fs := fsOf(t, c.data)
		for name, open := range map[string]func(Options) (engines.StateMachine, error){"open": Open, "read only": OpenReadOnly} {
			if _, err := open(Options{FS: fs, Dir: testDir}); !errors.Is(err, engines.ErrCorrupt) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %v, %q", name, err, engines.ErrCorrupt, c.want)
			}
		}
		if !bytes.Equal(fileOf(t, fs), c.data) {
			t.Error("a file that was refused was changed")
		}
	}
}

// Stale bytes of another file, or of another place, are no record, though they are whole.
func TestStaleRecords(t *testing.T) {
	write := func(out []byte, seed uint32, r record) []byte {
		r.at = int64(len(out))
		out, err := r.append(out, seed)
		must(t, err)
		return out
	}
	base := record{kind: kindBase, change: machine.Change{Replace: true}}
	change := record{kind: kindChange, change: machine.Change{
		Pairs: []engines.KeyValue{{Key: []byte("a"), Value: []byte("1")}}, State: machine.State{Applied: engines.LogID{Index: 1, Term: 1}},
	}}
	head, seed := appendHead(nil, 1)
	own := write(write(head, seed, base), seed, change)
	head, seed = appendHead(nil, 2)
	next := write(head, seed, base)
	foreign := slices.Concat(next, own[len(next):])
	moved := write(write(next, seed, change), seed, change)
	moved = slices.Concat(next, moved[len(moved)-(len(own)-len(next)):])
	for name, c := range map[string]struct {
		data []byte
		want string
	}{"own": {own, "a=1(1) at 1/1"}, "of another file": {foreign, "at 0/0"}, "of another place": {moved, "at 0/0"}} {
		if got, err := recovered(fsOf(t, c.data)); got != c.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, c.want)
		}
	}
}

// A file is believed as it is only where it ends in a mark.
func TestMark(t *testing.T) {
	fs := afero.NewMemMapFs()
	m := openOn(t, Options{FS: fs})
	applyTo(t, m, puts(1, 10, "a"))
	unmarked := fileOf(t, fs)
	must(t, m.Close())
	marked := fileOf(t, fs)
	applyTo(t, openOn(t, Options{FS: fs}), puts(2, 10, "a"))
	for _, c := range []struct {
		name   string
		data   []byte
		number uint64
	}{
		{"marked", marked, 1},
		{"unmarked", unmarked, 2},
		{"half a mark", marked[:len(marked)-8], 2},
		{"bytes behind the mark", append(slices.Clone(marked), make([]byte, 9)...), 2},
	} {
		fs := fsOf(t, c.data)
		must(t, openOn(t, Options{FS: fs}).Close())
		once := fileOf(t, fs)
		if number, _, err := parseHead(once); number != c.number || err != nil || number == 1 && !bytes.Equal(once, c.data) {
			t.Errorf("%s: got file number %d, %v, want %d", c.name, number, err, c.number)
		}
		must(t, openOn(t, Options{FS: fs}).Close())
		if !bytes.Equal(fileOf(t, fs), once) {
			t.Errorf("%s: another open changed the file", c.name)
		}
	}
	if number, _, err := parseHead(fileOf(t, fs)); number != 2 || err != nil {
		t.Errorf("got file number %d, %v after the first change, want 2", number, err)
	}
}

// FuzzDecode gives records right sums, so that what lies behind them is reached.
func FuzzDecode(f *testing.F) {
	fs := afero.NewMemMapFs()
	m := openOn(f, Options{FS: fs})
	applyTo(f, m, puts(1, 10, "a", "b"))
	applyTo(f, m, deletes(3, "a"))
	m.UpdateSnapshotMetadata(engines.SnapshotMetadata{Checksum: engines.Checksum{1}})
	must(f, m.Close())
	f.Add(fileOf(f, fs))
	f.Add(fileOf(f, fs)[:headBytes])
	f.Fuzz(func(t *testing.T, data []byte) {
		resum(data)
		c, err := decode(data)
		if err != nil {
			return
		}
		s := &store{Memory: c.memory, fs: afero.NewMemMapFs(), path: "machine", state: c.state, number: c.number}
		must(t, s.compact())
		again, err := load(s.fs, s.path)
		if err != nil || again.state != c.state || again.memory.Len() != c.memory.Len() || again.number != c.number+1 {
			t.Errorf("%+v came back as %+v, %v", c, again, err)
		}
	})
}

// resum gives the records of a file the sums that they must have.
func resum(data []byte) {
	_, seed, err := parseHead(data)
	if err != nil {
		return
	}
	for at := int64(headBytes); int64(len(data))-at >= recordBytes; {
		size := be.Uint64(data[at+8:])
		if size < recordBytes || size > uint64(len(data))-uint64(at) {
			return
		}
		be.PutUint32(data[at:], sum(seed, at, data[at:][:size]))
		at += int64(size)
	}
}
