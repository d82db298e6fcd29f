package filemachine

import (
	"errors"
	"fmt"
	iofs "io/fs"
	"path/filepath"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// DefaultCompactBytes is what a file may have in changes in any case, unless Options says
// otherwise.
const DefaultCompactBytes = 1 << 20

// Options says where a machine lives and what it promises.
type Options struct {
	// FS holds the machine's files and snapshots; nil is the operating system's file system.
	FS afero.Fs
	// Dir is the machine's directory; it is created if it does not exist. It must not be
	// open in another machine.
	Dir string
	// Buffered lets chunks be durable at Flush or Persist only. All else is durable when it
	// returns.
	Buffered bool
	// CompactBytes is the size of the changes in a file at which a new one is made, if that
	// is more than three times the state that the file began with; 0 means
	// DefaultCompactBytes.
	CompactBytes int
}

// Open opens the machine in opts.Dir, recovering what it holds. What it shows is durable.
// The error wraps [engines.ErrCorrupt] if the file holds what no crash can have left;
// nothing was changed then.
func Open(opts Options) (engines.StateMachine, error) {
	opts = opts.resolved()
	s := &store{fs: opts.FS, path: opts.path(), compactBytes: int64(opts.CompactBytes)}
	c, err := load(s.fs, s.path)
	isNew := errors.Is(err, iofs.ErrNotExist)
	if isNew {
		c, err = content{memory: machine.NewMemory()}, newfile.MakeDir(s.fs, opts.Dir)
	}
	s.Memory, s.state, s.number = c.memory, c.state, c.number
	if err == nil && !isNew && !c.durable {
		err = s.compact()
	}
	if err != nil {
		return nil, fmt.Errorf("filemachine: open: %w", err)
	}
	return opts.machine(s, c), nil
}

// OpenReadOnly opens what is in opts.Dir and changes nothing there: it shows what Open
// would, which may not be durable. Calls that change something are refused.
func OpenReadOnly(opts Options) (engines.StateMachine, error) {
	opts = opts.resolved()
	c, err := load(opts.FS, opts.path())
	if errors.Is(err, iofs.ErrNotExist) {
		c, err = content{memory: machine.NewMemory()}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("filemachine: open: %w", err)
	}
	return opts.machine(readOnly{c.memory}, c), nil
}

// readOnly is a store that takes no change.
type readOnly struct{ *machine.Memory }

func (readOnly) Write(machine.Change) (show func() error, err error) {
	return nil, fmt.Errorf("%w: the machine was opened to be read only", engines.ErrInvalid)
}

func (readOnly) Sync() error  { return nil }
func (readOnly) Close() error { return nil }

func (o Options) resolved() Options {
	if o.FS == nil {
		o.FS = afero.NewOsFs()
	}
	if o.CompactBytes == 0 {
		o.CompactBytes = DefaultCompactBytes
	}
	return o
}

func (o Options) path() string { return filepath.Join(o.Dir, "machine") }

func (o Options) machine(s machine.Store, c content) engines.StateMachine {
	return machine.Open(s, c.state, machine.Config{Name: "filemachine", FS: o.FS, Claims: engines.MachineClaims{
		ApplyDurable: !o.Buffered, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, ReadersNotBlocked: true,
		SpaceReclaimed:     true,
		CloseReleases:      true,
		CorruptionDetected: !o.Buffered, // what a flush made durable only the next record says
	}})
}

// Factory returns the machine that is durable when a call returns, "file-machine". FS and
// Dir of opts come from Env.
func Factory(opts Options) engines.MachineFactory {
	opts.Buffered = false
	return factory("file-machine", opts)
}

// BufferedFactory returns the machine whose chunks are durable at Flush,
// "file-machine-buffered". FS and Dir of opts come from Env.
func BufferedFactory(opts Options) engines.MachineFactory {
	opts.Buffered = true
	return factory("file-machine-buffered", opts)
}

func factory(name string, opts Options) engines.MachineFactory {
	in := func(open func(Options) (engines.StateMachine, error)) func(engines.Env) (engines.StateMachine, error) {
		return func(env engines.Env) (engines.StateMachine, error) {
			opts := opts
			opts.FS, opts.Dir = env.FS, env.Dir
			return open(opts)
		}
	}
	return engines.MachineFactory{Name: name, Open: in(Open), OpenReadOnly: in(OpenReadOnly)}
}
