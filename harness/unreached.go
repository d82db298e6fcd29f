package harness

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/syncsites"
)

// neverReached returns the calls that sync in the directories of the places' source and are on
// no stack of a sync, or why these are not known.
func neverReached(places []*evidence.SyncPlace, reached map[line]bool) (out []journal.Frame, notRead string) {
	dirs := map[string]string{} // and the package of each
	for _, p := range places {
		if len(p.Frames) == 0 {
			return nil, "no stack of it is seen"
		}
		for _, f := range p.Frames {
			dirs[filepath.Dir(f.File)] = packageOf(f.Function)
		}
	}
	for dir, name := range dirs {
		sites, err := syncsites.In(dir)
		if err != nil {
			return nil, err.Error()
		}
		for _, s := range sites {
			if !reached[line{s.File, s.Line}] {
				out = append(out, journal.Frame{Function: name + "." + s.Function, File: s.File, Line: s.Line})
			}
		}
	}
	slices.SortFunc(out, evidence.CompareFrames)
	return out, ""
}

// packageOf returns the path of a function's package.
func packageOf(function string) string {
	dir, name := path.Split(function)
	name, _, _ = strings.Cut(name, ".")
	return dir + name
}
