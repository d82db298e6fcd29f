package filelog

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"
	"go.uber.org/goleak"

	"github.com/ackproof/ackproof/engines"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) {
	type log = *logStore
	cut := func(i uint64) engines.LogID { return engines.LogID{Index: i, Term: 9} }
	tests := []struct {
		name string
		do   func(log) error
		err  error
		want string
	}{
		{"append", func(l log) error { return l.PersistEntries(ctx, batch(6, 7, 2, 0)) }, nil, "1 2 3 4 5 6' 7'"},
		{"empty batch", func(l log) error { return l.PersistEntries(ctx, nil) }, nil, "1 2 3 4 5"},
		{"overwrite", func(l log) error { return l.PersistEntries(ctx, batch(2, 3, 2, 0)) }, nil, "1 2' 3'"},
		{"overwrite all", func(l log) error { return l.PersistEntries(ctx, batch(1, 1, 2, 0)) }, nil, "1'"},
		{"gap", func(l log) error { return l.PersistEntries(ctx, batch(7, 7, 2, 0)) }, engines.ErrGap, "1 2 3 4 5"},
		{"index 0", func(l log) error { return l.PersistEntries(ctx, batch(0, 2, 2, 0)) }, engines.ErrInvalid, "1 2 3 4 5"},
		{"not consecutive", func(l log) error {
			return l.PersistEntries(ctx, []engines.Entry{entry(6, 1, 0), entry(8, 1, 0)})
		}, engines.ErrInvalid, "1 2 3 4 5"},
		{"truncate", func(l log) error { return l.Truncate(ctx, 3) }, nil, "1 2"},
		{"truncate 0", func(l log) error { return l.Truncate(ctx, 0) }, nil, ""},
		{"truncate past end", func(l log) error { return l.Truncate(ctx, 6) }, nil, "1 2 3 4 5"},
		{"replace", func(l log) error { return l.ReplaceRange(ctx, 4, batch(4, 4, 2, 0)) }, nil, "1 2 3 4'"},
		{"replace with none", func(l log) error { return l.ReplaceRange(ctx, 4, nil) }, nil, "1 2 3"},
		{"replace elsewhere", func(l log) error { return l.ReplaceRange(ctx, 4, batch(5, 5, 2, 0)) }, engines.ErrInvalid, "1 2 3 4 5"},
		{"replace past end", func(l log) error { return l.ReplaceRange(ctx, 7, batch(7, 7, 2, 0)) }, engines.ErrGap, "1 2 3 4 5"},
		{"purge", func(l log) error { return l.Purge(ctx, cut(2)) }, nil, "b2 3 4 5"},
		{"purge 0", func(l log) error { return l.Purge(ctx, cut(0)) }, nil, "1 2 3 4 5"},
		{"purge all", func(l log) error { return l.Purge(ctx, cut(5)) }, nil, "b5"},
		{"purge past end", func(l log) error { return l.Purge(ctx, cut(8)) }, nil, "b8"},
		{"purge back", func(l log) error { return firstOf(l.Purge(ctx, cut(3)), l.Purge(ctx, cut(2))) }, nil, "b3 4 5"},
		{"append after purge", func(l log) error {
			return firstOf(l.Purge(ctx, cut(8)), l.PersistEntries(ctx, batch(9, 9, 2, 0)))
		}, nil, "b8 9'"},
		{"append at boundary", func(l log) error {
			return firstOf(l.Purge(ctx, cut(3)), l.PersistEntries(ctx, batch(3, 3, 2, 0)))
		}, engines.ErrCompacted, "b3 4 5"},
		{"truncate at boundary", func(l log) error { return firstOf(l.Purge(ctx, cut(3)), l.Truncate(ctx, 3)) }, engines.ErrCompacted, "b3 4 5"},
		{"replace at boundary", func(l log) error {
			return firstOf(l.Purge(ctx, cut(3)), l.ReplaceRange(ctx, 2, batch(2, 2, 2, 0)))
		}, engines.ErrCompacted, "b3 4 5"},
		{"reset", func(l log) error { return firstOf(l.Purge(ctx, cut(3)), l.Reset(ctx)) }, nil, ""},
		{"append after reset", func(l log) error {
			return firstOf(l.Reset(ctx), l.PersistEntries(ctx, batch(1, 1, 1, 0)))
		}, nil, "1"},
		{"gap after reset", func(l log) error {
			return firstOf(l.Reset(ctx), l.PersistEntries(ctx, batch(2, 2, 1, 0)))
		}, engines.ErrGap, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fs := afero.NewMemMapFs()
			e := openOn(t, Options{FS: fs, SegmentBytes: 128})
			for i := uint64(1); i <= 5; i++ {
				must(t, e.log.PersistEntries(ctx, batch(i, i, 1, 0)))
			}
			if err := tt.do(&e.log); !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			for _, life := range []string{"first", "second"} {
				if got := sketch(t, e); got != tt.want {
					t.Errorf("%s life: got %q, want %q", life, got, tt.want)
				}
				must(t, e.Close())
				e = openOn(t, Options{FS: fs})
			}
			must(t, e.Close())
		})
	}
}

// sketch is the log in a line: the boundary, then indexes, with a mark for term 2.
func sketch(t *testing.T, e *Engine) string {
	t.Helper()
	var words []string
	boundary, purged, err := e.log.LoadPurgeBoundary(ctx)
	must(t, err)
	last := boundary.Index
	if purged {
		words = append(words, "b"+string(rune('0'+boundary.Index)))
	}
	entries, err := e.log.GetEntries(ctx, 0, 100)
	must(t, err)
	for _, e := range entries {
		words = append(words, string(rune('0'+e.Index))+strings.Repeat("'", int(e.Term-1)))
		last = e.Index
	}
	if got := e.log.LastIndex(); got != last {
		t.Errorf("last index %d, want %d", got, last)
	}
	return strings.Join(words, " ")
}

func TestHardStateOutlivesReset(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs})
	for term := uint64(1); term <= 5; term++ {
		want := engines.HardState{Term: term, Vote: term % 3}
		must(t, e.hard.SaveHardState(ctx, want))
		must(t, e.log.PersistEntries(ctx, batch(1, 1, term, 5)))
		must(t, e.log.Reset(ctx))
		must(t, e.Close())
		e = openOn(t, Options{FS: fs})
		if got, ok, err := e.hard.LoadHardState(ctx); got != want || !ok || err != nil {
			t.Fatalf("hard state %v, %v, %v; want %v", got, ok, err, want)
		}
	}
	must(t, e.Close())
}

func TestPurgeRemovesSegments(t *testing.T) {
	for _, buffered := range []bool{false, true} {
		fs := afero.NewMemMapFs()
		e := openOn(t, Options{FS: fs, SegmentBytes: 1024, Buffered: buffered})
		for i := uint64(1); i <= 100; i++ {
			must(t, e.log.PersistEntries(ctx, batch(i, i, 1, 100)))
		}
		before := len(filesOf(t, fs))
		must(t, e.log.Purge(ctx, engines.LogID{Index: 95, Term: 1}))
		if got := len(filesOf(t, fs)); buffered && got != before {
			t.Errorf("%d files after a purge that is not flushed, want %d", got, before)
		}
		must(t, e.log.Flush(ctx))
		if got := len(filesOf(t, fs)); got > 4 {
			t.Errorf("%d files after purge, want at most 4 of %d", got, before)
		}
		want := show(t, e)
		must(t, e.Close())
		if got, err := recovered(filesOf(t, fs)); got != want || err != nil {
			t.Errorf("recovered %q, %v; want %q", got, err, want)
		}
	}
}

// An interrupted purge may leave any subset of the needless segments.
func TestInterruptedPurge(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs, SegmentBytes: 256})
	for i := uint64(1); i <= 8; i++ {
		must(t, e.log.PersistEntries(ctx, batch(i, i, 1, 100)))
	}
	before := filesOf(t, fs)
	must(t, e.log.Purge(ctx, engines.LogID{Index: 7, Term: 1}))
	want, after := show(t, e), filesOf(t, fs)
	must(t, e.Close())
	var gone []string
	for name := range before {
		if after[name] == nil {
			gone = append(gone, name)
		}
	}
	if len(gone) < 3 {
		t.Fatalf("purge removed %d segments, want at least 3", len(gone))
	}
	for subset := range 1 << len(gone) {
		image := after
		for i, name := range gone {
			if subset>>i&1 == 1 {
				image = image.with(name, before[name])
			}
		}
		fs := image.fs()
		e := openOn(t, Options{FS: fs})
		if got := show(t, e); got != want {
			t.Fatalf("recovered %q, want %q", got, want)
		}
		if got := len(filesOf(t, fs)); got != len(after) {
			t.Errorf("%d files after open, want %d", got, len(after))
		}
		must(t, e.Close())
	}
}

func TestMissingFilesAreCorruption(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs, SegmentBytes: 256})
	for i := uint64(1); i <= 6; i++ {
		must(t, e.log.PersistEntries(ctx, batch(i, i, 1, 100)))
	}
	must(t, e.Close())
	image := filesOf(t, fs)
	last := segmentName(uint64(len(image) - 1))
	for name := range image {
		_, err := recovered(image.with(name, nil))
		if want := name != last; errors.Is(err, engines.ErrCorrupt) != want {
			t.Errorf("without %s: error %v, want corrupt: %v", name, err, want)
		}
	}
}

func TestClosedEngine(t *testing.T) {
	e := openOn(t, Options{FS: afero.NewMemMapFs()})
	must(t, e.log.PersistEntries(ctx, batch(1, 1, 1, 1)))
	must(t, e.Close())
	_, _, entryErr := e.log.Entry(ctx, 1)
	_, _, boundaryErr := e.log.LoadPurgeBoundary(ctx)
	_, _, loadErr := e.hard.LoadHardState(ctx)
	for name, err := range map[string]error{
		"persist": e.log.PersistEntries(ctx, batch(1, 1, 1, 1)), "flush": e.log.Flush(ctx),
		"read": entryErr, "boundary": boundaryErr, "load": loadErr,
		"save": e.hard.SaveHardState(ctx, engines.HardState{}), "meta flush": e.hard.Flush(ctx),
	} {
		if !errors.Is(err, engines.ErrClosed) {
			t.Errorf("%s: %v, want %v", name, err, engines.ErrClosed)
		}
	}
}

func TestSegmentNames(t *testing.T) {
	for _, seq := range []uint64{1, 0xabc, ^uint64(0)} {
		if got, ok := segmentSeq(segmentName(seq)); got != seq || !ok {
			t.Errorf("number of %s is %d, %v; want %d", segmentName(seq), got, ok, seq)
		}
	}
	for _, name := range []string{"", hardName, "0000000000000000.seg", "000000000000000A.seg", "0000000000000001.tmp", "1.seg"} {
		if _, ok := segmentSeq(name); ok {
			t.Errorf("%q is taken for a segment", name)
		}
	}
}

// A directory that holds nothing may be there by name only: its maker may have been
// killed. One that others may not look into was made by somebody else.
func TestEmptyDirectoryIsMadeDurable(t *testing.T) {
	fs := &brokenFs{Fs: afero.NewMemMapFs()}
	var synced []string
	failure := error(nil)
	fs.hook = func(op, name string) error {
		if op == "sync" {
			synced = append(synced, name)
		}
		return failure
	}
	must(t, fs.Fs.Mkdir(testDir, 0o755))
	must(t, openOn(t, Options{FS: fs}).Close())
	if want := []string{filepath.Dir(testDir)}; !slices.Equal(synced, want) {
		t.Errorf("synced %q, want %q", synced, want)
	}
	failure = io.ErrUnexpectedEOF
	if _, err := Open(Options{FS: fs, Dir: testDir}); !errors.Is(err, failure) {
		t.Errorf("got %v, want %v", err, failure)
	}
	failure = os.ErrPermission
	must(t, openOn(t, Options{FS: fs}).Close())
}
