package archive

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
)

// depthMax bounds how deep the walk through an archive goes.
const depthMax = 32

// Bundle is a bundle of an archive, as its head says.
type Bundle struct {
	// Path is within the archive, with slashes.
	Path string
	Stamp
	evidence.Head
}

// Outcome is one line of a directory's outcomes.
type Outcome struct {
	// Dir is within the archive, with slashes; "." is the archive itself.
	Dir     string
	Changed time.Time

	Engine, Profile, Planted string
	Verdict                  evidence.Verdict
	AsExpected               bool
	// AllKnown says that all findings are of known causes.
	AllKnown                    bool
	Cut                         string
	Distinct, Visited, Findings int
}

// Listing is what an archive holds, each in the order of paths.
type Listing struct {
	Bundles  []Bundle
	Outcomes []Outcome
	// Problems are files that could not be read, and directories that were not.
	Problems []Problem
}

// Index lists an archive again and again. It reads a file anew only if its time or
// size changed. Goroutines may share it.
type Index struct {
	root *os.Root

	mu   sync.Mutex
	read map[string]known
}

// known is what a file held when it was read last.
type known struct {
	stamp    Stamp
	head     evidence.Head
	outcomes []Outcome
	err      error
}

// NewIndex returns an index of the archive at root, which it does not close.
func NewIndex(root *os.Root) *Index { return &Index{root: root} }

// List returns what is there now. Hidden files and directories are left out, and
// no symbolic link is followed.
func (x *Index) List() (*Listing, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	w := &walk{Index: x, seen: map[string]known{}, out: &Listing{}}
	if err := w.dir(".", 0); err != nil {
		return nil, err
	}
	x.read = w.seen
	slices.SortStableFunc(w.out.Outcomes, func(a, b Outcome) int { return cmp.Compare(a.Dir, b.Dir) })
	return w.out, nil
}

// walk is one walk through an archive.
type walk struct {
	*Index
	seen    map[string]known
	entries int
	out     *Listing
}

// dir visits a directory. Only the root must be there: another may have gone
// since its name was read.
func (w *walk) dir(dir string, depth int) error {
	entries, err := readDir(w.root, dir)
	if err != nil {
		w.problem(dir, err)
		if depth == 0 {
			return err
		}
		return nil
	}
	for _, e := range entries {
		if w.entries++; w.entries > entriesMax {
			if w.entries == entriesMax+1 {
				w.problem(dir, fmt.Errorf("the rest is left out: an index visits %d names", entriesMax))
			}
			return nil
		}
		name := path.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir() && depth == depthMax:
			w.problem(name, fmt.Errorf("left out: an index goes %d directories deep", depthMax))
		case e.IsDir():
			_ = w.dir(name, depth+1)
		case isBundle(e.Name()) || e.Name() == OutcomesName:
			w.file(name)
		}
	}
	return nil
}

func (w *walk) problem(name string, err error) {
	if !errors.Is(err, fs.ErrNotExist) {
		w.out.Problems = append(w.out.Problems, Problem{name, err})
	}
}

// file lists a file, which is read if it is not known as it is.
func (w *walk) file(name string) {
	info, err := w.root.Lstat(name)
	if err != nil {
		w.problem(name, err)
		return
	}
	k, was := w.read[name]
	if !was || k.stamp != stampOf(info) {
		k = readKnown(w.root, name)
		k.stamp = stampOf(info)
	}
	if k.err != nil {
		w.problem(name, k.err)
	} else if path.Base(name) != OutcomesName {
		w.out.Bundles = append(w.out.Bundles, Bundle{name, k.stamp, k.head})
	}
	w.out.Outcomes = append(w.out.Outcomes, k.outcomes...)
	w.seen[name] = k
}

func readKnown(root *os.Root, name string) known {
	data, stamp, err := readFile(root, name)
	k := known{err: err}
	switch {
	case err != nil:
	case path.Base(name) == OutcomesName:
		k.outcomes, k.err = shortOutcomes(data, path.Dir(name), stamp.Changed)
	default:
		k.head, k.err = evidence.ParseHead(data)
	}
	return k
}

// shortOutcomes returns what an index says of outcomes.
func shortOutcomes(data []byte, dir string, changed time.Time) ([]Outcome, error) {
	all, err := parseOutcomes(data)
	if err != nil {
		return nil, err
	}
	var out []Outcome
	for _, r := range all {
		out = append(out, Outcome{
			Dir: dir, Changed: changed, Engine: r.Engine, Profile: r.Profile, Verdict: r.Verdict, Planted: r.Planted,
			AsExpected: r.AsExpected, AllKnown: r.AllKnown(), Cut: r.Cut,
			Distinct: r.States.Distinct, Visited: r.States.Visited, Findings: len(r.Findings),
		})
	}
	return out, nil
}

// FolderStamps returns the stamps of the files that [ReadFolder] reads, by name.
// Equal stamps mean an equal page.
func FolderStamps(root *os.Root, dir string) (map[string]Stamp, error) {
	entries, err := readDir(root, dir)
	if err != nil {
		return nil, err
	}
	out := map[string]Stamp{}
	for _, e := range entries {
		if !isBundle(e.Name()) && e.Name() != OutcomesName {
			continue
		}
		if info, err := root.Lstat(path.Join(dir, e.Name())); err == nil {
			out[e.Name()] = stampOf(info)
		}
	}
	return out, nil
}
