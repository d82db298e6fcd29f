package archive

import (
	"bytes"
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

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// BundleSuffix is how the names of bundles end.
const BundleSuffix = ".ackproof"

// findingsMax bounds a page: a reader looks at a few, and a browser must hold it.
const findingsMax = 200

// Config is how what is in an archive is shown. The zero value shows names within
// the archive and takes no engine for a built-in one.
type Config struct {
	// Shown is what the archive's root is called in commands that a reader pastes.
	Shown string
	// Builtin tells whether the command knows an engine by name.
	Builtin func(engine string) bool
	// History, if not nil, stores porcupine's drawing of a bundle's calls where the
	// page can link it, and returns the link; "" for none.
	History func(name string, b *harness.Bundle) string
}

func (c Config) finding(name string, b *harness.Bundle) page.Finding {
	f := page.Finding{
		Bundle: b, Path: filepath.Join(c.Shown, filepath.FromSlash(name)),
		Builtin: c.Builtin != nil && c.Builtin(b.Engine),
	}
	if n := len(b.Lives); n > 0 {
		f.Log = b.Lives[n-1].Log
	}
	if c.History != nil && page.Concurrent(b) {
		f.History = c.History(name, b)
	}
	return f
}

// Problem is a file that could not be used, and why.
type Problem struct {
	Path string
	Err  error
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
		if f.ran(finding.Bundle) && !listed[name] {
			f.Earlier = append(f.Earlier, name)
		}
	}
	return f, nil
}

// isBundle tells whether a file is taken for a bundle. Hidden files are those that
// are being written.
func isBundle(name string) bool {
	return strings.HasSuffix(name, BundleSuffix) && !strings.HasPrefix(name, ".")
}

func (f *Folder) add(root *os.Root, name string, c Config) {
	if len(f.Findings) == findingsMax {
		f.skip(path.Base(name), fmt.Errorf("left out: a page holds %d findings: make a report of this one alone", findingsMax))
		return
	}
	bundle, _, err := readBundle(root, name)
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

// ran tells whether the outcomes are also of the run that a bundle would be of.
func (f *Folder) ran(b *harness.Bundle) bool {
	return slices.ContainsFunc(f.Reports, func(r reports.Report) bool {
		return r.Engine == b.Engine && (b.Profile == r.Profile || strings.HasPrefix(b.Profile, r.Profile+","))
	})
}

// Empty tells that there is nothing to show.
func (f *Folder) Empty() bool { return len(f.Reports)+len(f.Findings) == 0 }

// WritePage writes the page of the directory. Bundles that turn out not to fit
// together are skipped then.
func (f *Folder) WritePage(w io.Writer) error {
	var out bytes.Buffer
	err := page.Write(&out, f.input())
	if errors.Is(err, harness.ErrBundle) {
		f.dropBroken()
		out.Reset()
		err = page.Write(&out, f.input())
	}
	if err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

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

// dropBroken skips the findings that no page can be made of.
func (f *Folder) dropBroken() {
	var good []page.Finding
	for _, finding := range f.Findings {
		err := page.Write(io.Discard, page.Input{Findings: []page.Finding{finding}})
		f.skip(filepath.Base(finding.Path), err)
		if err == nil {
			good = append(good, finding)
		}
	}
	f.Findings = good
}

// WriteBundlePage writes the page of one bundle of an archive and returns when
// the bundle was written. It fails with [harness.ErrBundle] on one that is broken.
func WriteBundlePage(w io.Writer, root *os.Root, name string, c Config) (time.Time, error) {
	bundle, stamp, err := readBundle(root, name)
	if err != nil {
		return time.Time{}, err
	}
	return stamp.Changed, page.Write(w, page.Input{Findings: []page.Finding{c.finding(name, bundle)}})
}

func readBundle(root *os.Root, name string) (*harness.Bundle, Stamp, error) {
	data, stamp, err := readFile(root, name)
	if err != nil {
		return nil, Stamp{}, err
	}
	bundle, err := harness.ParseBundle(data)
	return bundle, stamp, err
}
