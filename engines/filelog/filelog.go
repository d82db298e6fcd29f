package filelog

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// DefaultSegmentBytes is the size of a segment unless Options says otherwise.
const DefaultSegmentBytes = 16 << 20

// Options says where an engine lives and what it promises.
type Options struct {
	// FS holds the engine's files; nil is the operating system's file system.
	FS afero.Fs
	// Dir is the engine's directory; it is created if it does not exist. It must
	// not be open in another engine.
	Dir string
	// Buffered lets changes of the log be durable at Flush only. The hard state
	// is durable when saved in any case.
	Buffered bool
	// SegmentBytes is the size at which a new segment is begun; 0 means
	// DefaultSegmentBytes. A larger batch gets a segment of its own. Purging
	// frees whole segments only.
	SegmentBytes int
}

// Engine is a log and a hard state in one directory. All its methods and those
// of its stores may be called from any goroutine.
type Engine struct {
	log  logStore
	hard hardStore
}

var (
	_ engines.StorageEngine       = (*Engine)(nil)
	_ engines.Claimer             = (*Engine)(nil)
	_ engines.RangeReplacer       = (*logStore)(nil)
	_ engines.PurgeBoundaryLoader = (*logStore)(nil)
)

// Open opens the engine in opts.Dir, recovering what it holds. What it shows is
// durable. The error wraps [engines.ErrCorrupt] if the files hold what no crash
// can have left; nothing was changed then.
func Open(opts Options) (*Engine, error) {
	if opts.FS == nil {
		opts.FS = afero.NewOsFs()
	}
	if opts.SegmentBytes == 0 {
		opts.SegmentBytes = DefaultSegmentBytes
	}
	if opts.SegmentBytes < 0 || opts.SegmentBytes > frameBytesMax {
		return nil, fmt.Errorf("filelog: segment of %d bytes, want 0..%d: %w", opts.SegmentBytes, frameBytesMax, engines.ErrInvalid)
	}
	d := directory{fs: opts.FS, path: opts.Dir}
	names, err := d.list()
	if err != nil {
		return nil, fmt.Errorf("filelog: open: %w", err)
	}
	e := &Engine{}
	e.hard.dir, e.hard.fail = d, &e.log.fail
	e.log.init(d, &e.hard, opts.Buffered, opts.SegmentBytes)
	if err := e.recover(names); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// recover loads what the directory with the given names holds.
func (e *Engine) recover(names []string) error {
	seqs := make([]uint64, 0, len(names))
	for _, name := range names {
		if seq, ok := segmentSeq(name); ok {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	r := recovery{log: &e.log, nextSeq: 1}
	if len(seqs) > 0 {
		e.log.arena = arenas.Get().(*arena)
		e.log.view.at = e.log.arena.places
	}
	if err := r.replay(seqs); err != nil {
		return err
	}
	if err := e.hard.recover(slices.Contains(names, hardName), len(seqs) > 0, r.hardSeq); err != nil {
		return err
	}
	return r.finish(seqs)
}

// LogStore returns the log, which also is a RangeReplacer and a
// PurgeBoundaryLoader.
func (e *Engine) LogStore() engines.LogStore { return &e.log }

// MetaStore returns the hard state.
func (e *Engine) MetaStore() engines.MetaStore { return &e.hard }

// Claims returns what the engine promises.
func (e *Engine) Claims() engines.Claims {
	return engines.Claims{
		WriteDurable:       !e.log.buffered,
		AtomicBatch:        true,
		AtomicReplace:      true,
		MutationsDurable:   !e.log.buffered,
		HardStateDurable:   true,
		OrderedHardState:   true,
		CloseDurable:       !e.log.buffered,
		ReadsDurable:       !e.log.buffered, // changes are published once they are synced
		ReadersNotBlocked:  true,            // they share no lock with a sync
		SpaceReclaimed:     true,
		CorruptionDetected: !e.log.buffered, // what a flush made durable only the next frame says
		CloseReleases:      true,
	}
}

// Close waits for a running sync, refuses all further calls and releases what
// the engine holds. It makes nothing durable that was not.
func (e *Engine) Close() error {
	return errors.Join(e.log.close(), e.hard.close())
}

// Factory returns the durable engine, "file". FS and Dir of opts come from Env.
func Factory(opts Options) engines.Factory {
	opts.Buffered = false
	return factory("file", opts)
}

// BufferedFactory returns the engine that is durable at Flush, "file-buffered".
// FS and Dir of opts come from Env.
func BufferedFactory(opts Options) engines.Factory {
	opts.Buffered = true
	return factory("file-buffered", opts)
}

func factory(name string, opts Options) engines.Factory {
	return engines.Factory{
		Name: name,
		Open: func(env engines.Env) (engines.StorageEngine, error) {
			opts := opts
			opts.FS, opts.Dir = env.FS, env.Dir
			e, err := Open(opts)
			if err != nil {
				return nil, err
			}
			return e, nil
		},
	}
}
