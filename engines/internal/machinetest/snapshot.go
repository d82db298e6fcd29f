package machinetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	iofs "io/fs"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

func snapshotCases() []testCase {
	return []testCase{
		{"generate at another position", func(m *subject) {
			m.apply(1, put("a", "1"))
			for _, last := range []engines.LogID{{}, {Index: 1, Term: 2}, {Index: 2, Term: 1}} {
				if _, err := m.GenerateSnapshotData(m.ctx(), m.path("no"), last); !errors.Is(err, engines.ErrInvalid) {
					m.t.Errorf("at %v: got %v, want %v", last, err, engines.ErrInvalid)
				}
			}
			if exists, err := afero.Exists(m.fs(), m.path("no")); exists || err != nil {
				m.t.Errorf("a refused call left a file: %v", err)
			}
		}},
		{"snapshot of itself", snapshotOfItself},
		{"snapshot of and for another machine", snapshotOfAnother},
		{"snapshot of an empty machine", func(m *subject) {
			metadata := m.generate("empty")
			m.succeed("restore", m.ApplySnapshotFromFile(m.ctx(), metadata, m.path("empty")))
			m.shows(fmt.Sprintf("at 0/0 snapshot 0/0 %x", metadata.Checksum[:4]))
		}},
		{"generate replaces a file", func(m *subject) {
			m.apply(1, put("a", "1"))
			first := m.generate("same")
			m.apply(2, put("a", "2"))
			second := m.generate("same")
			m.refuses("the first metadata", first, m.path("same"), engines.ErrCorrupt)
			m.succeed("restore", m.ApplySnapshotFromFile(m.ctx(), second, m.path("same")))
		}},
		{"refused snapshots", refusedSnapshots},
	}
}

// generate writes a snapshot of the machine and returns its metadata.
func (m *subject) generate(name string) engines.SnapshotMetadata {
	m.t.Helper()
	last := m.LastApplied()
	sum, err := m.GenerateSnapshotData(m.ctx(), m.path(name), last)
	m.succeed("generate", err)
	data, err := afero.ReadFile(m.fs(), m.path(name))
	m.succeed("read", err)
	if want := engines.Checksum(sha256.Sum256(data)); sum != want || sum == (engines.Checksum{}) {
		m.t.Fatalf("got checksum %x, want the file's, %x", sum, want)
	}
	return engines.SnapshotMetadata{LastIncluded: last, Checksum: sum}
}

// refuses wants a snapshot to be refused and the state to stay.
func (m *subject) refuses(name string, metadata engines.SnapshotMetadata, path string, want error) {
	m.t.Helper()
	before := m.LastApplied()
	values, _, err := m.GetMulti(m.ctx(), [][]byte{[]byte("a")})
	m.succeed("get multi", err)
	if err := m.ApplySnapshotFromFile(m.ctx(), metadata, path); !errors.Is(err, want) {
		m.t.Errorf("%s: got %v, want %v", name, err, want)
	}
	m.shows(fmt.Sprintf("a=%s at %d/%d", values[0], before.Index, before.Term))
}

func snapshotOfItself(m *subject) {
	m.apply(1, put("a", "1"), put("b", ""), put("", "none"))
	metadata := m.generate("itself")
	m.shows("=none a=1 b= at 3/1")
	m.succeed("reset", m.Reset(m.ctx()))
	m.apply(1, put("c", "1"), put("a", "2"))
	m.succeed("restore", m.ApplySnapshotFromFile(m.ctx(), metadata, m.path("itself")))
	want := fmt.Sprintf("=none a=1 b= at 3/1 snapshot 3/1 %x", metadata.Checksum[:4])
	m.shows(want)
	// One of the same position is not behind.
	m.succeed("restore", m.ApplySnapshotFromFile(m.ctx(), metadata, m.path("itself")))
	m.succeed("flush", m.Flush(m.ctx()))
	m.shows(m.reopen(want))
}

func snapshotOfAnother(m *subject) {
	other := m.another()
	other.apply(1, put("a", "1"), put("b", "2"), put("k", string(make([]byte, 5000))))
	metadata := other.generate("other")
	m.apply(1, put("z", "1"))
	m.succeed("restore", m.ApplySnapshotFromFile(m.ctx(), metadata, other.path("other")))
	m.apply(4, put("c", "3"), del("k"))
	m.shows(fmt.Sprintf("a=1 b=2 c=3 at 5/1 snapshot 3/1 %x", metadata.Checksum[:4]))

	metadata = m.generate("own")
	other.succeed("restore", other.ApplySnapshotFromFile(m.ctx(), metadata, m.path("own")))
	other.shows(fmt.Sprintf("a=1 b=2 c=3 at 5/1 snapshot 5/1 %x", metadata.Checksum[:4]))
	m.succeed("close", other.Close())
}

func refusedSnapshots(m *subject) {
	m.apply(1, put("a", "1"), put("b", "2"))
	good := m.generate("good")
	data, err := afero.ReadFile(m.fs(), m.path("good"))
	m.succeed("read", err)
	m.succeed("reset", m.Reset(m.ctx()))
	m.apply(1, put("a", "9"))

	// try has the machine refuse a file, known by the metadata of the good one and by its own.
	try := func(name string, data []byte) {
		m.succeed("write", afero.WriteFile(m.fs(), m.path("bad"), data, 0o644))
		m.refuses(name, good, m.path("bad"), engines.ErrCorrupt)
		own := engines.SnapshotMetadata{LastIncluded: good.LastIncluded, Checksum: sha256.Sum256(data)}
		m.refuses(name+", checksum right", own, m.path("bad"), engines.ErrCorrupt)
	}
	for at := range data {
		damaged := slices.Clone(data)
		damaged[at] ^= 0x10
		try(fmt.Sprintf("damaged at %d", at), damaged)
		try(fmt.Sprintf("cut to %d", at), data[:at])
	}
	newer := slices.Clone(data)
	newer[11]++
	try("of the next version", newer)
	try("with a byte more", append(slices.Clone(data), 0))

	for _, last := range []engines.LogID{{Index: 3, Term: 1}, {Index: 2, Term: 2}} {
		m.refuses("another position", engines.SnapshotMetadata{LastIncluded: last, Checksum: good.Checksum}, m.path("good"), engines.ErrCorrupt)
	}
	m.refuses("no file", good, m.path("absent"), iofs.ErrNotExist)
	m.UpdateLastApplied(engines.LogID{Index: 3, Term: 1})
	m.refuses("one that is behind", good, m.path("good"), engines.ErrStale)
}
