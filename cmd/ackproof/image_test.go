package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
)

// TestTreeStaysInside tries to write beside a tree by every way that a path has.
func TestTreeStaysInside(t *testing.T) {
	top := t.TempDir()
	victim := filepath.Join(top, "victim")
	if err := os.WriteFile(victim, []byte("whole"), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := emptyRoot(filepath.Join(top, "tree"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	p := &faultfs.Directory{Root: root, Dir: "."}
	defer p.Close()
	for link, target := range map[string]string{"/up": "..", "/there": victim, "/absolute": top} {
		if err := p.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	for name, try := range map[string]func() error{
		"create above":             func() error { return p.Create("/../made") },
		"create by a link":         func() error { return p.Create("/up/made") },
		"create by another":        func() error { return p.Create("/absolute/made") },
		"directory above":          func() error { return p.Mkdir("/../made") },
		"write above":              func() error { return p.WriteAt("/../victim", []byte("x"), 0) },
		"write by a link":          func() error { return p.WriteAt("/there", []byte("x"), 0) },
		"cut by a link":            func() error { return p.Resize("/there", 0) },
		"link to what is above":    func() error { return p.Link("/../victim", "/linked") },
		"link above":               func() error { return p.Link("/there", "/../made") },
		"symbolic link above":      func() error { return p.Symlink("x", "/../made") },
		"remove by a link":         func() error { return p.Remove("/up/victim") },
		"remove above":             func() error { return p.Remove("/../victim") },
		"create by absolute paths": func() error { return p.Create("/" + filepath.Join(top, "made")) },
	} {
		if try() == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	if text, err := os.ReadFile(victim); err != nil || string(text) != "whole" {
		t.Errorf("the file beside the tree is now %q (%v)", text, err)
	}
	entries, err := os.ReadDir(top)
	if err != nil || len(entries) != 2 {
		t.Errorf("beside the tree and the file there is %v (%v)", entries, err)
	}
}

// TestKeepWithoutCrash wants a clear error for a finding that no crash belongs to.
func TestKeepWithoutCrash(t *testing.T) {
	found, err := builtin.All().Find("canary/no-sync-on-persist")
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := harness.VerifySubject(t.Context(), found[0].Factory, harness.Config{Programs: -1, NoShrink: true, Until: harness.UntilRefuted})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Findings) == 0 {
		t.Fatal("the engine held: want a finding")
	}
	// No canary of ours fails without a crash.
	outcome.Findings[0].Live = true
	path, dir := filepath.Join(t.TempDir(), "live.ackproof"), filepath.Join(t.TempDir(), "kept")
	if err := evidence.WriteCase(path, outcome.Findings[0]); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	code := execute(builtin.All(), []string{"replay", path, "--keep", dir}, io.Discard, &stderr)
	const want = "the finding needs no crash, so there are no files that a crash left: replay it without --keep"
	if code != exitUsage || !strings.Contains(stderr.String(), want) {
		t.Errorf("got exit code %d and %q, want %d and %q", code, stderr.String(), exitUsage, want)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory was made (%v)", err)
	}
}
