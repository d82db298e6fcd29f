package filelog

import (
	"bytes"
	"errors"
	"testing"

	"github.com/spf13/afero"
	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// dumb is a log that is obviously right.
type dumb struct {
	entries  []engines.Entry
	boundary engines.LogID
	purged   bool
	hard     engines.HardState
	saved    bool
}

func (d *dumb) last() uint64 { return d.boundary.Index + uint64(len(d.entries)) }

// replace discards from an index on and appends.
func (d *dumb) replace(from uint64, entries []engines.Entry) error {
	switch {
	case from <= d.boundary.Index:
		return engines.ErrCompacted
	case len(entries) > 0 && from > d.last()+1:
		return engines.ErrGap
	case from > d.last()+1:
		return nil
	}
	d.entries = append(d.entries[:from-1-d.boundary.Index:from-1-d.boundary.Index], entries...)
	return nil
}

func (d *dumb) purge(cutoff engines.LogID) {
	if cutoff.Index <= d.boundary.Index {
		return
	}
	d.entries = d.entries[min(cutoff.Index-d.boundary.Index, uint64(len(d.entries))):]
	d.boundary, d.purged = cutoff, true
}

// machine runs an engine beside the model.
type machine struct {
	opts  Options
	e     *Engine
	model dumb
}

func (m *machine) drawEntries(t *rapid.T, from uint64) []engines.Entry {
	n := rapid.IntRange(0, 6).Draw(t, "count")
	term := rapid.Uint64Range(1, 9).Draw(t, "term")
	var out []engines.Entry
	for i := range uint64(n) {
		out = append(out, entry(from+i, term, rapid.IntRange(0, 200).Draw(t, "size")))
	}
	return out
}

func (m *machine) drawIndex(t *rapid.T) uint64 {
	return rapid.Uint64Range(1, m.model.last()+3).Draw(t, "index")
}

func (m *machine) want(t *rapid.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("error %v, want %v", got, want)
	}
}

func (m *machine) Persist(t *rapid.T) {
	from := m.model.last() + 1
	if rapid.Bool().Draw(t, "elsewhere") {
		from = m.drawIndex(t)
	}
	entries := m.drawEntries(t, from)
	err := m.e.log.PersistEntries(ctx, entries)
	if len(entries) == 0 {
		m.want(t, err, nil)
		return
	}
	m.want(t, err, m.model.replace(from, entries))
}

func (m *machine) Replace(t *rapid.T) {
	from := m.drawIndex(t)
	entries := m.drawEntries(t, from)
	m.want(t, m.e.log.ReplaceRange(ctx, from, entries), m.model.replace(from, entries))
}

func (m *machine) Truncate(t *rapid.T) {
	from := m.drawIndex(t)
	m.want(t, m.e.log.Truncate(ctx, from), m.model.replace(from, nil))
}

func (m *machine) Purge(t *rapid.T) {
	cutoff := engines.LogID{Index: m.drawIndex(t), Term: 3}
	m.want(t, m.e.log.Purge(ctx, cutoff), nil)
	m.model.purge(cutoff)
}

func (m *machine) Reset(t *rapid.T) {
	m.want(t, m.e.log.Reset(ctx), nil)
	m.model.entries, m.model.boundary, m.model.purged = nil, engines.LogID{}, false
}

func (m *machine) Flush(t *rapid.T) { m.want(t, m.e.log.Flush(ctx), nil) }

func (m *machine) Save(t *rapid.T) {
	m.model.hard, m.model.saved = engines.HardState{Term: rapid.Uint64().Draw(t, "term"), Vote: 1}, true
	m.want(t, m.e.hard.SaveHardState(ctx, m.model.hard), nil)
}

func (m *machine) Reopen(t *rapid.T) {
	m.want(t, m.e.Close(), nil)
	m.open(t)
}

func (m *machine) open(t *rapid.T) {
	var err error
	m.opts.Buffered = rapid.Bool().Draw(t, "buffered")
	m.opts.SegmentBytes = rapid.SampledFrom([]int{0, 1, 300, 2000}).Draw(t, "segment")
	if m.e, err = Open(m.opts); err != nil {
		t.Fatal(err)
	}
}

// Check compares all that can be read.
func (m *machine) Check(t *rapid.T) {
	d, l := &m.model, &m.e.log
	got, err := l.GetEntries(ctx, 0, 1<<60)
	m.want(t, err, nil)
	if len(got) != len(d.entries) || l.LastIndex() != d.last() {
		t.Fatalf("%d entries up to %d, want %d up to %d", len(got), l.LastIndex(), len(d.entries), d.last())
	}
	for i, want := range d.entries {
		one, ok, err := l.Entry(ctx, want.Index)
		m.want(t, err, nil)
		for _, got := range []engines.Entry{got[i], one} {
			if !ok || got.ID() != want.ID() || !bytes.Equal(got.Payload, want.Payload) {
				t.Fatalf("entry %v %v, want %v", got, ok, want)
			}
		}
	}
	boundary, purged, err := l.LoadPurgeBoundary(ctx)
	m.want(t, err, nil)
	hard, saved, err := m.e.hard.LoadHardState(ctx)
	m.want(t, err, nil)
	if boundary != d.boundary || purged != d.purged || hard != d.hard || saved != d.saved {
		t.Fatalf("boundary %v %v and hard state %v %v, want %+v", boundary, purged, hard, saved, *d)
	}
}

func testModel(t *testing.T, place func() Options) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{opts: place()}
		m.open(t)
		defer func() { _ = m.e.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"": m.Check, "persist": m.Persist, "replace": m.Replace, "truncate": m.Truncate, "purge": m.Purge,
			"reset": m.Reset, "flush": m.Flush, "save": m.Save, "reopen": m.Reopen,
		})
	})
}

func TestModelInMemory(t *testing.T) {
	testModel(t, func() Options { return Options{FS: afero.NewMemMapFs(), Dir: testDir} })
}

func TestModelOnDisk(t *testing.T) {
	fs := afero.NewOsFs()
	root := t.TempDir()
	testModel(t, func() Options {
		dir, err := afero.TempDir(fs, root, "db")
		must(t, err)
		return Options{FS: fs, Dir: dir}
	})
}
