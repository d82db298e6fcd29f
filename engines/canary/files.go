package canary

import (
	"io/fs"
	"path/filepath"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// lyingFS is a file system some of whose syncs return without having done
// anything. Everything else passes through.
type lyingFS struct {
	afero.Fs
	// lies reports whether a sync of the file or directory of that name does
	// nothing.
	lies func(name string) bool
}

func (l lyingFS) Create(name string) (afero.File, error) { return l.wrap(l.Fs.Create(name)) }
func (l lyingFS) Open(name string) (afero.File, error)   { return l.wrap(l.Fs.Open(name)) }

func (l lyingFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	return l.wrap(l.Fs.OpenFile(name, flag, perm))
}

func (l lyingFS) wrap(f afero.File, err error) (afero.File, error) {
	if err != nil || !l.lies(f.Name()) {
		return f, err
	}
	return lyingFile{f}, nil
}

type lyingFile struct{ afero.File }

func (lyingFile) Sync() error { return nil }

// plantInFiles returns engines like those of f on file systems that lie about
// the files and directories that lies names.
func plantInFiles(f engines.Factory, lies func(env engines.Env, name string) bool) engines.Factory {
	return engines.Factory{Name: f.Name, Needs: f.Needs, Without: f.Without, Open: func(env engines.Env) (engines.StorageEngine, error) {
		dir := env
		env.FS = lyingFS{env.FS, func(name string) bool { return lies(dir, filepath.Clean(name)) }}
		return f.Open(env)
	}}
}

func isSegment(_ engines.Env, name string) bool { return filepath.Ext(name) == ".seg" }
