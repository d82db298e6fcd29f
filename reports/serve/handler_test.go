package serve_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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
	"github.com/ackproof/ackproof/reports/serve"
)

// neverSynced is a file system whose files forget to sync.
type neverSynced struct{ afero.Fs }

type unsyncedFile struct{ afero.File }

func (unsyncedFile) Sync() error { return nil }

func (f neverSynced) OpenFile(name string, flag int, mode os.FileMode) (afero.File, error) {
	file, err := f.Fs.OpenFile(name, flag, mode)
	return unsyncedFile{file}, err
}

// found returns a finding that names can be changed in.
func found(t testing.TB) evidence.Case {
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
	return *outcome.Findings[0]
}

// write keeps a finding in a bundle and returns its bytes.
func write(t testing.TB, path string, f evidence.Case) []byte {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := evidence.WriteCase(path, &f); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// now is when ages are told.
var now = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func handler(t testing.TB, dir, host string) http.Handler {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return serve.Handler(root, serve.Config{
		Config: archive.Config{Shown: "out", Kinds: []*subject.Kind{logstore.Kind}}, Host: host,
		Now: func() time.Time { return now }, Log: log.New(t.Output(), "", 0),
	})
}

// do answers a request as a client sends it: nobody cleans its path before.
func do(t testing.TB, h http.Handler, method, address, host string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, address, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func get(t testing.TB, h http.Handler, address string, code int) string {
	t.Helper()
	r := do(t, h, http.MethodGet, address, "127.0.0.1:1234")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != code {
		t.Fatalf("GET %s: got %d, want %d: %.200s", address, r.StatusCode, code, body)
	}
	return string(body)
}

func wantIn(t testing.TB, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%.3000s", text, page)
		}
	}
}

func wantNotIn(t testing.TB, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q:\n%.3000s", text, page)
		}
	}
}

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	f := found(t)
	path := filepath.Join(dir, "a", "one.ackproof")
	write(t, path, f)
	if err := os.Chtimes(path, time.Time{}, now.Add(-3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	f.Engine = "another"
	write(t, filepath.Join(dir, "b", "two.ackproof"), f)
	write(t, filepath.Join(dir, "b", "three.ackproof"), f)
	if err := archive.KeepOutcomes(filepath.Join(dir, "a"), []reports.Report{
		{Engine: "steady", Profile: "xfs", Verdict: "held", States: reports.States{Distinct: 31, Visited: 77}},
		{Engine: "limited", Profile: "xfs", Verdict: "refuted", Findings: []reports.Finding{{Property: "prefix", Known: true}}},
		{Engine: "broken", Profile: "xfs", Verdict: "harness broken"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b", "broken.ackproof"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := handler(t, dir, "127.0.0.1")

	page := get(t, h, "/", 200)
	wantIn(t, page, "3 findings", "Rows 1 to 2 of 2, with 3 findings", ">3 h<", `href="/report/a/one.ackproof"`, `href="/bundle/a/one.ackproof"`,
		`href="/report/a"`, "steady", "b/broken.ackproof",
		`<td class="n">31</td><td class="n">77</td>`, `<span class="verdict known"><span aria-hidden="true">✗</span> refuted, all known</span>`,
		`<span class="verdict broken"><span aria-hidden="true">!</span> harness broken</span>`)
	only := get(t, h, "/?engine=another", 200)
	wantIn(t, only, "2 of 3 findings")
	wantNotIn(t, only, "one.ackproof", ">steady</th>")
	wantIn(t, get(t, h, "/?q=STEADY", 200), "No finding matches", "steady")
	each := get(t, h, "/?engine=another&signature="+url.QueryEscape(f.Signature), 200)
	wantIn(t, each, "b/two.ackproof", "b/three.ackproof")
	wantIn(t, get(t, h, "/?profile=xfs", 200), "0 of 3 findings", ">steady</th>")
	wantNotIn(t, get(t, h, "/?profile="+url.QueryEscape(f.Life.Profile.String()), 200), ">steady</th>")
	byEngine := get(t, h, "/?sort=engine&page=99", 200)
	wantIn(t, byEngine, `<strong aria-current="true">engine</strong>`)
	if strings.Index(byEngine, "<td>another</td>") > strings.Index(byEngine, "<td>unsynced</td>") {
		t.Error("sorted by engine, another comes after unsynced")
	}
	// A request sees what has changed since the one before.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantIn(t, get(t, h, "/", 200), "2 findings")
}

func TestReport(t *testing.T) {
	dir := t.TempDir()
	f := found(t)
	path := filepath.Join(dir, "a", "one.ackproof")
	write(t, path, f)
	h := handler(t, dir, "127.0.0.1")

	r := do(t, h, http.MethodGet, "/report/a/one.ackproof", "localhost")
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'sha256-") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("got the policy %q of a report, want its script by hash and no frames", policy)
	}
	first := get(t, h, "/report/a/one.ackproof", 200)
	wantIn(t, first, "unsynced", "out/a/one.ackproof")
	wantIn(t, get(t, h, "/report/a", 200), "out/a/one.ackproof")

	f.Engine = "another"
	write(t, path, f)
	wantIn(t, get(t, h, "/report/a/one.ackproof", 200), "another")
	wantIn(t, get(t, h, "/report/a", 200), "another")

	data := write(t, path, found(t))
	r = do(t, h, http.MethodGet, "/bundle/a/one.ackproof", "[::1]:80")
	got, err := io.ReadAll(r.Body)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("got the bundle %.40q (%v), want it as it is in its file", got, err)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=one.ackproof",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if err := os.WriteFile(path, []byte("no bundle"), 0o644); err != nil {
		t.Fatal(err)
	}
	wantIn(t, get(t, h, "/report/a/one.ackproof", 422), "bad bundle")
	wantIn(t, get(t, h, "/report/a", 200), "skipped one.ackproof")
	get(t, h, "/report/", 404)
}

func TestMethods(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "one.ackproof"), found(t))
	h := handler(t, dir, "127.0.0.1")
	for _, address := range []string{"/", "/style.css", "/report/", "/report/one.ackproof", "/bundle/one.ackproof"} {
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"} {
			r := do(t, h, method, address, "localhost")
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: got %d, want %d and the methods", method, address, r.StatusCode, http.StatusMethodNotAllowed)
			}
		}
		head, whole := do(t, h, http.MethodHead, address, "localhost"), do(t, h, http.MethodGet, address, "localhost")
		body, err := io.ReadAll(head.Body)
		if err != nil || head.StatusCode != 200 || whole.StatusCode != 200 || len(body) != 0 {
			t.Errorf("HEAD %s: got %d with %d bytes (%v), want 200 and none; GET has %d", address, head.StatusCode, len(body), err, whole.StatusCode)
		}
		if a, b := head.Header.Get("Content-Length"), whole.Header.Get("Content-Length"); a != b || a == "" {
			t.Errorf("HEAD %s: got the length %q, and GET %q", address, a, b)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
			if whole.Header.Get(name) == "" {
				t.Errorf("GET %s: the header %s is missing", address, name)
			}
		}
	}
}

// TestMany lists ten thousand bundles, all new and all known, and pages through
// them. The bounds are some ten times what they took.
func TestMany(t *testing.T) {
	const bundles = 10_000
	dir := t.TempDir()
	f := found(t)
	data := write(t, filepath.Join(dir, "one.ackproof"), f)
	for i := range bundles - 1 {
		sub := filepath.Join(dir, fmt.Sprint(i%100))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprint(i, ".ackproof")), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h := handler(t, dir, "127.0.0.1")
	for _, step := range []struct {
		name, address, want string
		atMost              time.Duration
	}{
		{"all new", "/", "Rows 1 to 1 of 1, with 10000 findings", 40 * time.Second},
		{"all known", "/", "Rows 1 to 1 of 1, with 10000 findings", 8 * time.Second},
		{"a page of each", "/?page=100&signature=" + url.QueryEscape(f.Signature), "Findings 9901 to 10000 of 10000", 8 * time.Second},
	} {
		began := time.Now()
		page := get(t, h, step.address, 200)
		took := time.Since(began)
		t.Logf("%s: %v, %d bytes", step.name, took, len(page))
		wantIn(t, page, step.want)
		if took > step.atMost || len(page) > 1<<20 {
			t.Errorf("%s: took %v and %d bytes, want at most %v and 1 MiB", step.name, took, len(page), step.atMost)
		}
	}
}
