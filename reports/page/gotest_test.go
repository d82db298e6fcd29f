package page_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/reports/page"
)

// runPasted runs a test file in a fresh module, without a network, and returns
// what the go command printed.
func runPasted(t *testing.T, source string) (output string, passed bool) {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED with -short: it builds a module")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	goSum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module = "module github.com/ackproof/ackproof\n"
	mod := strings.Replace(string(goMod), module, "module example.com/pasted\n", 1) +
		"\nrequire github.com/ackproof/ackproof v0.0.0\n\nreplace github.com/ackproof/ackproof => " + root + "\n"
	for name, content := range map[string]string{"go.mod": mod, "go.sum": string(goSum), "crash_test.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), "go", "test", "-mod=mod", "./...")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "TMPDIR="+t.TempDir()) // findings go there
	out, err := command.CombinedOutput()
	return string(out), err == nil
}

func TestPastedTestFails(t *testing.T) {
	r := runCanary(t, "canary/no-sync-on-persist", crash.Ext4Ordered())
	out, passed := runPasted(t, page.GoTest(r.found, true))
	for _, want := range []string{"--- FAIL: TestCrashAckedDurable", " breaks acked-durable ==", "call 2 persist 1 (term 0) returned before the crash"} {
		if passed || !strings.Contains(out, want) {
			t.Errorf("want a failure that says %q, got:\n%s", want, out)
		}
	}
}

func TestPastedTestOfAnotherEngineAsksForIt(t *testing.T) {
	r := runCanary(t, "canary/no-sync-on-persist", crash.Ext4Ordered())
	c := *r.found
	c.Engine = "their \"wal\"\n*/"
	source := page.GoTest(&c, false)
	if strings.Count(source, "// FILL IN: ") != 1 {
		t.Errorf("want one marked line to fill in, got:\n%s", source)
	}
	out, passed := runPasted(t, source)
	if passed || !strings.Contains(out, "FILL IN: open the engine") {
		t.Errorf("want a failure that asks for the engine, got:\n%s", out)
	}
}
