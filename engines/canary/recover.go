package canary

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// recover loads what the directory holds and makes it durable, unless it is lazy.
func (e *plain) recover() error {
	if e.makes {
		if err := e.makeDir(); err != nil {
			return err
		}
	}
	numbers, base, err := e.list()
	if err != nil {
		return err
	}
	e.next = 1
	for _, n := range numbers {
		e.next = max(e.next, n+1)
	}
	if err := errors.Join(e.replayFrom(base), e.loadHardState()); err != nil {
		return err
	}
	e.unsettled = e.plant != skipsRecoverySync // plant: recovered-not-durable
	switch {
	case e.lazy:
		return nil
	case e.makes && base == 0:
		return e.rewrite(e.state, both)
	}
	return e.settle()
}

// list returns the numbers of the log's files, and that of the newest base, 0 if
// there is none.
func (e *plain) list() (numbers []uint64, base uint64, err error) {
	names, err := e.names()
	if e.plant == ignoresListError {
		err = nil // plant: list-error-taken-for-no-files
	}
	e.refuseIfFull(names)
	for _, name := range names {
		if n, isBase, ok := parseName(name); ok {
			numbers = append(numbers, n)
			if isBase {
				base = max(base, n)
			}
		}
	}
	return numbers, base, err
}

// replayFrom replays the log that begins with the base of the given number.
func (e *plain) replayFrom(base uint64) error {
	if base == 0 {
		return nil
	}
	r := replay{plain: e, seed: uint32(base)}
	for number, name := base, baseName(base); ; number, name = number+1, moreName(number+1) {
		data, err := e.readFile(name)
		if err != nil && e.plant == ignoresReadError {
			return nil // plant: read-error-taken-for-end
		}
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		r.data, r.number, r.end, r.last = data, number, 0, 0
		// plant: hole-in-batch, hole-beside-gaps, batch-not-atomic, zeros-taken-for-entry
		if r.file(); r.end < len(data) {
			// plant: recovery-cuts-acked, refuses-torn-tail, hangs-on-torn-tail, read-only-after-torn-tail
			return r.torn(name)
		}
	}
}

// replay is the reading of one file after another.
type replay struct {
	*plain
	number uint64
	data   []byte
	// last is where the last frame of the last whole group begins in data, and end
	// where it ends; seed is that of the frame there.
	last, end int
	seed      uint32
	// based is how many of the frames that follow are the base's.
	based uint32
}

// file applies the whole groups that the file begins with.
func (r *replay) file() {
	at, seed, next := r.end, r.seed, r.state
	for {
		f, after, ok := r.plant.checksums().decode(r.data[at:], seed)
		if !ok && r.plant == skipsDamage && at < len(r.data) {
			at++ // a bug: looks for the next intact frame
			continue
		}
		if !ok || r.ends(f, &next) || !next.fits(f) && r.plant != skipsDamage && !(r.gaps && f.id.Index > next.last()) {
			return
		}
		if f.kind == kindPut && r.plant == cutsTails {
			next.apply(frame{kind: kindCut, id: f.id}, 0, 0)
		}
		off := int64(at)
		at, seed = at+f.size(), after
		next.apply(f, r.number, off)
		if f.left > 0 && f.kind != kindBase && r.plant != takesPartOfBatch {
			continue
		}
		r.count(f)
		r.last, r.end, r.seed, r.state = int(off), at, seed, next
	}
}

// count notes whether f, the last frame of a change, is the base's: that was synced before
// it got its name.
func (r *replay) count(f frame) {
	switch {
	case f.kind == kindBase:
		r.based = f.left
	case r.based > 0:
		r.based--
	default:
		r.appended = true
	}
}

// ends reports whether the log is taken to end before f, which is a bug.
func (r *replay) ends(f frame, before *state) bool {
	switch r.plant {
	case readsIntoBuffer:
		return f.size() > 64<<10
	case endsAtZeros:
		return len(f.payload) > 0 && len(bytes.Trim(f.payload, "\x00")) == 0
	case fillsTable:
		return len(before.entries) >= 4096
	}
	return false
}

// torn goes on where the rest of the last file is not whole: a crash left it.
// Nothing needs to be done, for nothing is written there again.
func (r *replay) torn(name string) error {
	switch r.plant {
	case cutsOneMore:
		r.state.entries = r.state.entries[:max(0, len(r.state.entries)-1)]
	case appendsBehindTail:
		return r.goOn(name, len(r.data)) // plant: append-behind-torn-tail
	case truncatesOneMore:
		return r.goOn(name, r.last) // plant: recovery-differs-second-time
	case refusesTail:
		return fmt.Errorf("%w: %s ends at %d, want %d", engines.ErrCorrupt, name, r.end, len(r.data))
	case panicsOnTail:
		panic(fmt.Sprintf("frame at %d of %s does not verify", r.end, name)) // plant: panics-on-torn-tail
	case hangsOnTail:
		var lock sync.Mutex
		lock.Lock()
		lock.Lock() // taken by the caller already
	case takesNothing:
		r.broken = errors.New("log was damaged and is read-only")
	}
	return nil
}

// goOn is a bug: it appends to the file from off on, which may not be the end of what
// was read.
func (r *replay) goOn(name string, off int) error {
	f, err := r.fs.OpenFile(r.path(name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(int64(off)), f.Sync()); err != nil {
		return errors.Join(err, f.Close())
	}
	r.first, r.tail = f, tail{file: f, number: r.number, off: int64(off), seed: r.seed}
	return nil
}
