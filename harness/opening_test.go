package harness_test

import (
	"errors"
	"os"
	"path"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// formatted returns the file engine with a file in a directory of its own that
// tells its format. The first opening makes both and syncs them; a later one finds
// them and does not.
func formatted() engines.Factory { return withFormat(filelog.Factory(small)) }

func withFormat(f engines.Factory) engines.Factory {
	return engines.Factory{Name: "formatted", Open: func(env engines.Env) (engines.StorageEngine, error) {
		if err := checkFormat(env.FS, env.Dir); err != nil {
			return nil, err
		}
		return f.Open(env)
	}}
}

func checkFormat(fs afero.Fs, dir string) error {
	meta := path.Join(dir, "meta")
	format := path.Join(meta, "format")
	if _, err := fs.Stat(format); err == nil {
		return nil
	}
	if used, err := afero.Exists(fs, path.Join(dir, "hardstate")); err != nil || used {
		return errors.Join(err, errors.New("a store of no format"))
	}
	f, err := create(fs, meta, format)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), syncDir(fs, meta), syncDir(fs, dir))
	}
	return err
}

func create(fs afero.Fs, dir, name string) (afero.File, error) {
	if err := fs.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return fs.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o644)
}

func syncDir(fs afero.Fs, dir string) error {
	d, err := fs.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// TestKillInOpening: an engine that was killed between making a file and syncing
// its directory finds the file when it opens again, and takes its name for
// durable. A power failure takes the name, and the engine never opens again.
func TestKillInOpening(t *testing.T) {
	c := harness.Config{Profile: crash.StrictPosix(), Only: []scenarios.NamedProgram{raftlog.Language.First()}, NoShrink: true}
	o := verify(t, formatted(), c)
	for _, finding := range o.Findings {
		life := finding.Life
		if finding.Property() == models.OpensAfterCrash && life.ResumedAt > 0 && life.ResumedAt <= life.OpenedAt {
			return
		}
	}
	t.Errorf("%s\n%v\nwant that it does not open, after a kill in its first opening", o.Summary(), o.Findings)
}
