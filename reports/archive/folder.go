package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// findingsMax bounds a page: a reader looks at a few, and a browser must hold it.
const findingsMax = 200

// Config is how what is in an archive is shown. The zero value shows names within
// the archive and takes no engine for a built-in one.
type Config struct {
	// Shown is what the archive's root is called in commands that a reader pastes.
	Shown string
	// Kinds are those of which bundles are read.
	Kinds []*subject.Kind
	// Builtin reports whether the command knows an engine by name.
	Builtin func(engine string) bool
	// History, if not nil, stores porcupine's drawing of a bundle's calls where the
	// page can link it, and returns the link; "" for none.
	History func(name string, b *evidence.Case) string
}

func (c Config) finding(name string, b *evidence.Case) page.Finding {
	f := page.Finding{
		Case: b, Path: filepath.Join(c.Shown, filepath.FromSlash(name)),
		Builtin: c.builtin(b),
	}
	if c.History != nil && page.Concurrent(b) {
		f.History = c.History(name, b)
	}
	return f
}

// builtin reports whether the command knows the case's engine, or both of two.
func (c Config) builtin(b *evidence.Case) bool {
	switch {
	case c.Builtin == nil:
		return false
	case b.Handover != nil:
		return c.Builtin(b.Handover.Writer) && c.Builtin(b.Handover.Reader)
	}
	return c.Builtin(b.Engine)
}

// Folder is what one directory holds, without those below it.
type Folder struct {
	Reports  []reports.Report
	Findings []page.Finding
	// Skipped are the files that are not in the page.
	Skipped []Problem
	// Earlier are the bundles of findings that the last run of their engine under
	// their profile did not have. They are in the page.
	Earlier []string
}

// ReadFolder reads the outcomes and bundles of the directory dir of an archive,
// in the order of their names. What cannot be read is skipped, and said so.
func ReadFolder(root *os.Root, dir string, c Config) (*Folder, error) {
	entries, err := readDir(root, dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{}
	listed := map[string]bool{} // bundles that the outcomes name
	if data, _, err := readFile(root, path.Join(dir, OutcomesName)); err == nil {
		f.Reports, err = parseOutcomes(data)
		f.skip(OutcomesName, err)
	} else if !errors.Is(err, fs.ErrNotExist) {
		f.skip(OutcomesName, err)
	}
	for _, r := range f.Reports {
		for _, finding := range r.Findings {
			listed[filepath.Base(finding.Bundle)] = true
		}
	}
	for _, e := range entries {
		if isBundle(e.Name()) {
			f.add(root, path.Join(dir, e.Name()), c)
		}
	}
	for _, finding := range f.Findings {
		name := filepath.Base(finding.Path)
		if f.ran(finding.Case) && !listed[name] {
			f.Earlier = append(f.Earlier, name)
		}
	}
	return f, nil
}

func (f *Folder) add(root *os.Root, name string, c Config) {
	if len(f.Findings) == findingsMax {
		f.skip(path.Base(name), fmt.Errorf("left out: a page holds %d findings: make a report of this one alone", findingsMax))
		return
	}
	bundle, _, err := readBundle(root, name, c)
	if err != nil {
		f.skip(path.Base(name), err)
		return
	}
	f.Findings = append(f.Findings, c.finding(name, bundle))
}

func (f *Folder) skip(name string, err error) {
	if err != nil {
		f.Skipped = append(f.Skipped, Problem{name, err})
	}
}

// ran reports whether the outcomes are also of the run that a bundle would be of.
func (f *Folder) ran(b *evidence.Case) bool {
	profile := b.Life.Profile.String()
	return slices.ContainsFunc(f.Reports, func(r reports.Report) bool {
		return r.Engine == b.Engine && (profile == r.Profile || strings.HasPrefix(profile, r.Profile+","))
	})
}

// Empty reports that there is nothing to show.
func (f *Folder) Empty() bool { return len(f.Reports)+len(f.Findings) == 0 }

// WritePage writes the page of the directory.
func (f *Folder) WritePage(w io.Writer) error { return page.Write(w, f.input()) }

func (f *Folder) input() page.Input {
	notes := map[string]string{}
	for _, p := range f.Skipped {
		notes["skipped "+p.Path] = p.Err.Error()
	}
	for _, name := range f.Earlier {
		notes["earlier "+name] = "the last run of this engine under this profile did not find it"
	}
	return page.Input{Reports: f.Reports, Findings: f.Findings, Environment: notes}
}

// WriteBundlePage writes the page of one bundle of an archive and returns when
// the bundle was written. It fails with [evidence.ErrBundle] on one that is broken.
func WriteBundlePage(w io.Writer, root *os.Root, name string, c Config) (time.Time, error) {
	bundle, stamp, err := readBundle(root, name, c)
	if err != nil {
		return time.Time{}, err
	}
	return stamp.Changed, page.Write(w, page.Input{Findings: []page.Finding{c.finding(name, bundle)}})
}

func readBundle(root *os.Root, name string, c Config) (*evidence.Case, Stamp, error) {
	data, stamp, err := readFile(root, name)
	if err != nil {
		return nil, Stamp{}, err
	}
	bundle, err := evidence.ParseCase(data, c.Kinds...)
	return bundle, stamp, err
}
