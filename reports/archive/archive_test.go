package archive_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/archive"
)

// neverSynced is a file system whose files forget to sync.
type neverSynced struct{ afero.Fs }

type unsyncedFile struct{ afero.File }

func (unsyncedFile) Sync() error { return nil }

func (f neverSynced) OpenFile(name string, flag int, mode os.FileMode) (afero.File, error) {
	file, err := f.Fs.OpenFile(name, flag, mode)
	return unsyncedFile{file}, err
}

// found returns an outcome with one finding.
func found(t testing.TB) *evidence.Outcome {
	t.Helper()
	file := filelog.Factory(filelog.Options{})
	outcome, err := harness.Verify(t.Context(), engines.Factory{Name: "unsynced", Open: func(env engines.Env) (engines.StorageEngine, error) {
		env.FS = neverSynced{env.FS}
		return file.Open(env)
	}}, harness.Config{Programs: -1, NoShrink: true, Until: harness.UntilRefuted})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatal("the engine held: want a finding")
	}
	outcome.Findings = outcome.Findings[:1]
	return outcome
}

func open(t testing.TB, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// keep stores the findings of an outcome and the outcome, as a run does.
func keep(t testing.TB, dir string, o *evidence.Outcome) reports.Report {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range o.Findings {
		paths = append(paths, filepath.Join(dir, f.FileName(1)))
		if err := evidence.WriteCase(paths[len(paths)-1], f); err != nil {
			t.Fatal(err)
		}
	}
	r := reports.New(reports.Result{Outcome: o, Bundles: paths})
	if err := archive.KeepOutcomes(dir, []reports.Report{r}); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKeepOutcomes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	for _, r := range []reports.Report{
		{Engine: "a", Profile: "xfs", Verdict: "refuted"},
		{Engine: "b", Profile: "xfs", Verdict: "held"},
		{Engine: "a", Profile: "btrfs", Verdict: "held"},
		{Engine: "a", Profile: "xfs", Verdict: "held"},
	} {
		if err := archive.KeepOutcomes(dir, []reports.Report{r}); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := archive.ReadFolder(open(t, dir), ".", archive.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range folder.Reports {
		got = append(got, r.Engine+" "+r.Profile+" "+string(r.Verdict))
	}
	if want := []string{"a xfs held", "b xfs held", "a btrfs held"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("got the files %v (%v), want no other than %s", entries, err, archive.OutcomesName)
	}
}

// TestKeepOutcomesOfAnother leaves a file alone that is not ours.
func TestKeepOutcomesOfAnother(t *testing.T) {
	for _, text := range []string{"hello\n", "{}\n", "[1]\n", `{"engine":"a"}` + "\n" + `{"engine":"b` + "\n"} {
		path := filepath.Join(t.TempDir(), archive.OutcomesName)
		write(t, path, text)
		if err := archive.KeepOutcomes(filepath.Dir(path), []reports.Report{{Engine: "a"}}); !errors.Is(err, archive.ErrOutcomes) {
			t.Errorf("%q: got %v, want %v", text, err, archive.ErrOutcomes)
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != text {
			t.Errorf("%q: the file is now %q (%v)", text, after, err)
		}
	}
}

func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	outcome := found(t)
	report := keep(t, dir, outcome)
	other := *outcome.Findings[0]
	other.Engine = "another"
	if err := evidence.WriteCase(filepath.Join(dir, "another.ackproof"), &other); err != nil {
		t.Fatal(err)
	}
	// Of an earlier run: the outcome does not name it.
	if err := evidence.WriteCase(filepath.Join(dir, "zz.ackproof"), outcome.Findings[0]); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "broken.ackproof"), "ackproof bundle v5\n")
	write(t, filepath.Join(dir, ".ackproof-123"), "half")
	// Its envelope is right, and it does not fit together.
	unfit, failure := *outcome.Findings[0], *outcome.Findings[0].Failure
	failure.State.Point = 1 << 30
	unfit.Failure = &failure
	if err := evidence.WriteCase(filepath.Join(dir, "unfit.ackproof"), &unfit); err != nil {
		t.Fatal(err)
	}

	folder, err := archive.ReadFolder(open(t, dir), ".", archive.Config{
		Shown: "out", Kinds: []*subject.Kind{logstore.Kind}, Builtin: func(engine string) bool { return engine == "another" },
	})
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := folder.WritePage(&page); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range folder.Findings {
		got = append(got, fmt.Sprint(f.Path, " ", f.Builtin))
	}
	want := []string{"out/another.ackproof true", "out/" + filepath.Base(report.Findings[0].Bundle) + " false", "out/zz.ackproof false"}
	if !slices.Equal(got, want) {
		t.Errorf("got the findings %q, want %q", got, want)
	}
	if !slices.Equal(folder.Earlier, []string{"zz.ackproof"}) {
		t.Errorf("got %q of earlier runs, want zz.ackproof", folder.Earlier)
	}
	var skipped []string
	for _, p := range folder.Skipped {
		skipped = append(skipped, p.Path)
		if !errors.Is(p.Err, evidence.ErrBundle) {
			t.Errorf("%s was skipped: %v: want %v", p.Path, p.Err, evidence.ErrBundle)
		}
	}
	if !slices.Equal(skipped, []string{"broken.ackproof", "unfit.ackproof"}) {
		t.Errorf("skipped %q, want broken.ackproof and unfit.ackproof", skipped)
	}
	for _, want := range []string{"unsynced", "skipped broken.ackproof", "skipped unfit.ackproof", "earlier zz.ackproof", "out/zz.ackproof"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	outcome := found(t)
	keep(t, filepath.Join(dir, "a"), outcome)
	index := archive.NewIndex(open(t, dir))
	listed := func() (bundles, problems []string, outcomes []archive.Outcome) {
		t.Helper()
		l, err := index.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range l.Bundles {
			bundles = append(bundles, b.Path+" "+b.Engine)
		}
		for _, p := range l.Problems {
			problems = append(problems, p.Path)
		}
		return bundles, problems, l.Outcomes
	}
	name := outcome.Findings[0].FileName(1)
	bundles, problems, outcomes := listed()
	if len(bundles) != 1 || bundles[0] != "a/"+name+" unsynced" || problems != nil {
		t.Errorf("got the bundles %q and problems %q, want a/%s", bundles, problems, name)
	}
	if len(outcomes) != 1 || outcomes[0].Dir != "a" || outcomes[0].Verdict != "refuted" || outcomes[0].Findings != 1 {
		t.Errorf("got the outcomes %+v, want one that is refuted", outcomes)
	}

	// What comes, changes and goes is seen; what is hidden or no file is not.
	other := *outcome.Findings[0]
	other.Engine = "another"
	for _, path := range []string{"a/" + name, "b/c/x.ackproof", ".git/x.ackproof", "b/.x.ackproof"} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := evidence.WriteCase(path, &other); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "b", "broken.ackproof"), "no bundle")
	if err := syscall.Mkfifo(filepath.Join(dir, "b", "pipe.ackproof"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../a/"+name, filepath.Join(dir, "b", "link.ackproof")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(dir, "b", "up")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a", archive.OutcomesName)); err != nil {
		t.Fatal(err)
	}
	bundles, problems, outcomes = listed()
	if want := []string{"a/" + name + " another", "b/c/x.ackproof another"}; !slices.Equal(bundles, want) {
		t.Errorf("got the bundles %q, want %q", bundles, want)
	}
	if want := []string{"b/broken.ackproof", "b/link.ackproof", "b/pipe.ackproof"}; !slices.Equal(problems, want) {
		t.Errorf("got the problems %q, want %q", problems, want)
	}
	if outcomes != nil {
		t.Errorf("got the outcomes %+v, want none", outcomes)
	}
}

// TestIndexReadsOnce wants a file that did not change not to be read again: what
// was read holds while time and size are the same.
func TestIndexReadsOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.ackproof")
	if err := evidence.WriteCase(path, found(t).Findings[0]); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	index := archive.NewIndex(open(t, dir))
	bundles := func() int {
		l, err := index.List()
		if err != nil {
			t.Fatal(err)
		}
		return len(l.Bundles)
	}
	if got := bundles(); got != 1 {
		t.Fatalf("got %d bundles, want 1", got)
	}
	write(t, path, strings.Repeat("x", int(info.Size())))
	if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got := bundles(); got != 1 {
		t.Error("a file with the same time and size was read again")
	}
	if err := os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := bundles(); got != 0 {
		t.Error("a file with another time was not read again")
	}
}
