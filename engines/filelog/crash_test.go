package filelog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// fillings are what a file may hold where data did not become durable.
var fillings = map[string]func(dst, stale []byte){
	"zeros": func(dst, _ []byte) { clear(dst) },
	"garbage": func(dst, _ []byte) {
		for i := range dst {
			dst[i] = byte(i*i*7 + 13)
		}
	},
	"stale": func(dst, stale []byte) { copy(dst, stale) },
}

// unsynced is a log whose newest segment ends in frames that no sync covered.
type unsynced struct {
	image  files
	name   string
	synced int
	// shows are what the log shows with none of the frames, with one, and so on;
	// ends are where they end.
	shows []string
	ends  []int
	// stale are bytes of an older segment with the same frames.
	stale []byte
}

// newUnsynced writes frames of several sectors without a flush, after lives that
// wrote the same ones to the segments before.
func newUnsynced(t *testing.T, frames int) unsynced {
	t.Helper()
	fs := afero.NewMemMapFs()
	var u unsynced
	for range 3 {
		e := openOn(t, Options{FS: fs, Buffered: true})
		must(t, firstOf(e.log.Reset(ctx), e.hard.SaveHardState(ctx, engines.HardState{Term: 1})))
		must(t, e.log.PersistEntries(ctx, batch(1, 3, 1, 100)))
		must(t, e.log.Flush(ctx))
		u = unsynced{name: segmentName(e.log.tail.seq), stale: u.image[u.name], synced: int(e.log.tail.off)}
		u.shows, u.ends = []string{show(t, e)}, []int{u.synced}
		for i := range uint64(frames) {
			must(t, e.log.PersistEntries(ctx, batch(3+i, 5+i, 2+i, 300)))
			u.shows = append(u.shows, show(t, e))
			u.ends = append(u.ends, int(e.log.tail.off))
		}
		u.image = filesOf(t, fs)
		must(t, e.Close())
	}
	return u
}

// check recovers from the segment with the given contents and wants one of the
// versions, as new as the intact bytes allow, and the same again.
func (u *unsynced) check(t *testing.T, what string, data []byte) {
	t.Helper()
	intact := 0
	full := u.image[u.name]
	for i, end := range u.ends {
		if len(data) >= end && bytes.Equal(data[:end], full[:end]) {
			intact = i
		}
	}
	fs := u.image.with(u.name, data).fs()
	for range 2 {
		e, err := Open(Options{FS: fs, Dir: testDir})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := show(t, e); got != u.shows[intact] {
			t.Fatalf("%s: recovered %q, want version %d: %q", what, got, intact, u.shows[intact])
		}
		must(t, e.Close())
	}
	u.checkLive(t, what, fs)
}

// checkLive appends to a recovered log and wants that kept.
func (u *unsynced) checkLive(t *testing.T, what string, fs afero.Fs) {
	t.Helper()
	e := openOn(t, Options{FS: fs})
	next := e.log.LastIndex() + 1
	must(t, e.log.PersistEntries(ctx, batch(next, next, 9, 30)))
	want := show(t, e)
	must(t, e.Close())
	if got, err := recovered(filesOf(t, fs)); got != want || err != nil {
		t.Fatalf("%s: after append recovered %q, %v; want %q", what, got, err, want)
	}
}

func TestTornTailAtEveryByte(t *testing.T) {
	u := newUnsynced(t, 1)
	full := u.image[u.name]
	for at := u.synced; at <= len(full); at++ {
		u.check(t, fmt.Sprintf("cut at %d", at), full[:at])
		for name, fill := range fillings {
			data := slices.Clone(full)
			fill(data[at:], u.stale[at:])
			u.check(t, fmt.Sprintf("%s from %d", name, at), data)
			data = slices.Clone(full)
			fill(data[u.synced:at], u.stale[u.synced:at])
			u.check(t, fmt.Sprintf("%s up to %d", name, at), data)
		}
	}
}

// Any subset of the sectors of unsynced frames may be lost.
func TestTornTailInEverySubsetOfSectors(t *testing.T) {
	u := newUnsynced(t, 3)
	full := u.image[u.name]
	var sectors [][2]int
	for at := u.synced; at < len(full); {
		end := min(len(full), (at/sectorBytes+1)*sectorBytes)
		sectors = append(sectors, [2]int{at, end})
		at = end
	}
	for name, fill := range fillings {
		for lost := range 1 << len(sectors) {
			data := slices.Clone(full)
			for i, s := range sectors {
				if lost>>i&1 == 1 {
					fill(data[s[0]:s[1]], u.stale[s[0]:s[1]])
				}
			}
			u.check(t, fmt.Sprintf("%s in sectors %b", name, lost), data)
		}
	}
}

// A killed process may leave any prefix of its calls; so may a power loss on a
// disk that loses nothing.
func TestCrashAtEverySystemCall(t *testing.T) {
	for _, buffered := range []bool{false, true} {
		var before, during string
		calls := 0
		fs := &brokenFs{Fs: afero.NewMemMapFs()}
		fs.hook = func(op, name string) error {
			calls++
			got, err := recovered(filesOf(t, fs.Fs))
			if err != nil || got != before && got != during {
				t.Errorf("before %s of %s recovered %q, %v; want %q or %q", op, name, got, err, before, during)
			}
			return nil
		}
		must(t, fs.Fs.Mkdir(testDir, 0o755))
		empty := openOn(t, Options{FS: afero.NewMemMapFs()})
		before = show(t, empty)
		must(t, empty.Close())
		e := openOn(t, Options{FS: fs, SegmentBytes: 500, Buffered: buffered})
		for _, step := range crashSteps {
			during = showAfter(t, filesOf(t, fs.Fs).fs(), step)
			must(t, step(e))
			before = show(t, e)
			if before != during {
				t.Fatalf("shows %q, want %q", before, during)
			}
		}
		must(t, e.Close())
		if calls < 40 {
			t.Errorf("%d system calls, want at least 40", calls)
		}
	}
}

// showAfter returns what step makes of the engine on fs.
func showAfter(t *testing.T, fs afero.Fs, step func(*Engine) error) string {
	t.Helper()
	e := openOn(t, Options{FS: fs})
	must(t, step(e))
	defer e.Close()
	return show(t, e)
}

var crashSteps = []func(*Engine) error{
	func(e *Engine) error { return e.hard.SaveHardState(ctx, engines.HardState{Term: 1, Vote: 2}) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(1, 3, 1, 50)) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(4, 6, 1, 100)) },
	func(e *Engine) error { return e.log.ReplaceRange(ctx, 3, batch(3, 8, 2, 60)) },
	func(e *Engine) error { return e.log.Truncate(ctx, 6) },
	func(e *Engine) error { return e.hard.SaveHardState(ctx, engines.HardState{Term: 2}) },
	func(e *Engine) error { return e.log.Flush(ctx) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(6, 9, 3, 100)) },
	func(e *Engine) error { return e.log.Purge(ctx, engines.LogID{Index: 7, Term: 3}) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(10, 20, 3, 10)) },
	func(e *Engine) error { return e.log.Flush(ctx) },
	func(e *Engine) error { return e.log.Purge(ctx, engines.LogID{Index: 30, Term: 3}) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(31, 32, 4, 500)) },
	func(e *Engine) error { return e.log.Reset(ctx) },
	func(e *Engine) error { return e.log.PersistEntries(ctx, batch(1, 2, 5, 400)) },
	func(e *Engine) error { return e.log.Flush(ctx) },
}

// Every byte that a later frame or header vouches for is missed.
func TestFlippedByteIsCorruption(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs, SegmentBytes: 1200})
	must(t, e.hard.SaveHardState(ctx, engines.HardState{Term: 1}))
	must(t, e.hard.SaveHardState(ctx, engines.HardState{Term: 2}))
	lastFrame := 0
	for i := uint64(1); i <= 9; i++ {
		if e.log.tail != nil {
			lastFrame = int(e.log.tail.off)
		}
		must(t, e.log.PersistEntries(ctx, batch(i*2-1, i*2, 2, 130)))
	}
	want, tail := show(t, e), segmentName(e.log.tail.seq)
	must(t, e.Close())
	image := filesOf(t, fs)
	if len(image) < 3 || lastFrame <= headerBytes {
		t.Fatalf("%d files and last frame at %d, want several segments and frames", len(image), lastFrame)
	}
	for name, data := range image {
		for at := range data {
			flipped := slices.Clone(data)
			flipped[at] ^= 1 << (at % 8)
			got, err := recovered(image.with(name, flipped))
			switch {
			case errors.Is(err, engines.ErrCorrupt):
			case err != nil:
				t.Errorf("%s byte %d: %v, want %v", name, at, err, engines.ErrCorrupt)
			case name == hardName && at >= slotBytes:
				// The older slot, or bytes that nobody reads.
				if got != want {
					t.Errorf("%s byte %d: recovered %q, want %q", name, at, got, want)
				}
			case name != tail || at < lastFrame:
				t.Errorf("%s byte %d: damage was not seen", name, at)
			case got == want:
				t.Errorf("%s byte %d: damaged last frame was believed", name, at)
			}
		}
	}
}

func TestDamageUnderOpenEngine(t *testing.T) {
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs})
	must(t, e.log.PersistEntries(ctx, batch(1, 3, 1, 100)))
	path := testDir + "/" + segmentName(1)
	data, err := afero.ReadFile(fs, path)
	must(t, err)
	for at := headerBytes + frameHeaderBytes; at < len(data)-alignBytes; at++ {
		flipped := slices.Clone(data)
		flipped[at] ^= 0x10
		must(t, afero.WriteFile(fs, path, flipped, 0o644))
		if _, err := shown(e); !errors.Is(err, engines.ErrCorrupt) {
			t.Fatalf("byte %d: %v, want %v", at, err, engines.ErrCorrupt)
		}
	}
	must(t, e.Close())
}

// A crash may leave a new segment's name without its header.
func TestSegmentThatWasNeverBegun(t *testing.T) {
	u := newUnsynced(t, 2)
	next := segmentName(4)
	for size := range headerBytes + 1 {
		for name, fill := range fillings {
			data := make([]byte, size)
			fill(data, bytes.Repeat([]byte{0xff}, size))
			fs := u.image.with(next, data).fs()
			e := openOn(t, Options{FS: fs})
			if got, want := show(t, e), u.shows[2]; got != want {
				t.Fatalf("%d %s: recovered %q, want %q", size, name, got, want)
			}
			must(t, e.Close())
			u.checkLive(t, name, fs)
		}
	}
	_, err := recovered(u.image.with(next, make([]byte, headerBytes+1)))
	if !errors.Is(err, engines.ErrCorrupt) {
		t.Errorf("bytes behind a header that does not verify: %v, want %v", err, engines.ErrCorrupt)
	}
}
