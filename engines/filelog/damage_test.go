package filelog

import (
	"errors"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// damaged opens what a file of an engine's directory holds once damage changed it.
func damaged(t *testing.T, fs afero.Fs, name string, damage func([]byte)) error {
	t.Helper()
	data, err := afero.ReadFile(fs, name)
	must(t, err)
	damage(data)
	must(t, afero.WriteFile(fs, name, data, 0o644))
	e, err := Open(Options{FS: fs, Dir: "/db"})
	if err == nil {
		must(t, e.Close())
	}
	return err
}

// written returns a directory with two frames in a segment, and one save in each slot, that was
// opened again if asked for.
func written(t *testing.T, again bool) afero.Fs {
	t.Helper()
	fs := afero.NewMemMapFs()
	e := openOn(t, Options{FS: fs, Dir: "/db"})
	must(t, e.hard.SaveHardState(ctx, engines.HardState{Term: 1}))
	must(t, e.hard.SaveHardState(ctx, engines.HardState{Term: 2}))
	must(t, e.log.PersistEntries(ctx, batch(1, 1, 1, 0)))
	must(t, e.log.PersistEntries(ctx, batch(2, 2, 1, 0)))
	must(t, e.Close())
	if again {
		must(t, openOn(t, Options{FS: fs, Dir: "/db"}).Close())
	}
	return fs
}

// TestDamagedTail: the last frame of a segment may have been torn, unless an open wrote the
// segment again, whose seal then tells, though its whole sector is gone.
func TestDamagedTail(t *testing.T) {
	const last = headerBytes + frameHeaderBytes + recordBytes // the second frame
	flip := func(data []byte) { data[last+frameHeaderBytes]++ }
	zero := func(data []byte) { clear(data[last:min(sectorBytes, len(data))]) }
	for name, damage := range map[string]func([]byte){"flip": flip, "zero": zero} {
		if err := damaged(t, written(t, false), "/db/"+segmentName(1), damage); err != nil {
			t.Errorf("%s, as it was written: got %v, want a torn tail", name, err)
		}
		if err := damaged(t, written(t, true), "/db/"+segmentName(1), damage); !errors.Is(err, engines.ErrCorrupt) {
			t.Errorf("%s, written again: got %v, want %v", name, err, engines.ErrCorrupt)
		}
	}
	if err := damaged(t, written(t, true), "/db/"+segmentName(1), func(data []byte) { data[len(data)-1]++ }); err != nil {
		t.Errorf("a damaged seal: got %v, want nothing, as no frame is", err)
	}
}

// TestMisplacedSlot: a save that the disk put into the other slot is no torn one.
func TestMisplacedSlot(t *testing.T) {
	err := damaged(t, written(t, false), "/db/"+hardName, func(data []byte) { copy(data[slotStride:], data[:slotBytes]) })
	if !errors.Is(err, engines.ErrCorrupt) {
		t.Errorf("got %v, want %v", err, engines.ErrCorrupt)
	}
}
