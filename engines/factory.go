package engines

import "github.com/spf13/afero"

// Env is the place that an engine lives in.
type Env struct {
	// FS is the file system to use. It is nil for an engine that needs a real
	// directory.
	FS afero.Fs
	// Dir is the engine's directory within FS, or on the real file system. It
	// exists and is empty before the first open, but for one program of a run: there
	// only the directory above it exists. An engine that makes it makes its name
	// durable; one that returns an error there wants it to exist, and that is all.
	Dir string
}

// Needs says what an engine must be given to run.
type Needs int

const (
	// NeedsFS is an engine that does all its input and output through Env.FS.
	NeedsFS Needs = iota
	// NeedsDir is an engine that opens paths itself.
	NeedsDir
)

// String returns the word for n that listings use.
func (n Needs) String() string {
	switch n {
	case NeedsFS:
		return "fs"
	case NeedsDir:
		return "dir"
	}
	return "unknown"
}

// Factory makes engines of one kind.
type Factory struct {
	// Name identifies the engine in reports and on the command line.
	Name string
	// Open opens the engine in env, creating it there if env holds none. It may
	// be called from several goroutines, for different places. An engine whose
	// process is said to have crashed is never closed before the next is opened
	// there, so Open must share no state between engines that outlives
	// one.
	Open func(env Env) (StorageEngine, error)
	// OpenReadOnly, where an engine has it, opens what is in env without changing
	// anything there, and shows what Open would. It may refuse what Open accepts.
	// It lets crash states be looked at faster.
	OpenReadOnly func(env Env) (StorageEngine, error)
	// Needs says what Open must be given.
	Needs Needs
	// Without names the operations that the engine does not offer. A Program may say
	// so itself, in its hello.
	Without Without
	// Limits are what the engine takes in one call at most. A Program may say so
	// itself, in its hello.
	Limits Limits
	// Program, if not nil, is the path and arguments of a program that runs the
	// engine and speaks the worker protocol (docs/PROTOCOL.md), instead of
	// Open. Needs is NeedsDir then.
	Program []string
}
