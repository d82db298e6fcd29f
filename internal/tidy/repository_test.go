package tidy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.." // of the repository
	module = "github.com/ackproof/ackproof"
)

// listed is what "go list" says of a package.
type listed struct {
	ImportPath, Dir, Export string
	Standard                bool
	GoFiles, Imports        []string
}

// packages returns our packages and all that they need, on Linux, by import path.
var packages = sync.OnceValues(func() (map[string]listed, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,Standard,GoFiles,Imports", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(cmd.Environ(), "GOOS=linux")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]listed{}
	for in := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

// ours returns the packages of the module by their path below it.
func ours(t *testing.T) (own, all map[string]listed) {
	t.Helper()
	texts(t) // read, so that "go test" does not take a result from its cache once a file has changed
	all, err := packages()
	if err != nil {
		t.Fatal(err)
	}
	own = map[string]listed{}
	for importPath, p := range all {
		if dir, ok := strings.CutPrefix(importPath, module+"/"); ok {
			own[dir] = p
		}
	}
	return own, all
}

// texts returns what people wrote in the repository, by path.
func texts(t *testing.T) map[string]string {
	t.Helper()
	kinds := []string{".css", ".go", ".js", ".json", ".md", ".py", ".tmpl", ".txt", ".xml"}
	out := map[string]string{}
	repository := os.DirFS(root)
	err := fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == "out" || name != "." && d.Name()[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || d.Name() != "Makefile" && !slices.Contains(kinds, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(repository, name)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// breach is a place that does not keep a rule, by how much, and what to say of it.
type breach struct {
	place string
	count int
	text  string
}

// unexcused returns what is to be said of breaches that exceed what is allowed at
// their places, and of places that are allowed more than they need.
func unexcused(breaches []breach, allowed map[string]int) []string {
	var out []string
	unused := maps.Clone(allowed)
	for _, b := range breaches {
		delete(unused, b.place)
		if b.count > allowed[b.place] {
			out = append(out, b.text)
		}
	}
	for place := range unused {
		out = append(out, place+": on the list and breaks no rule, take it off")
	}
	slices.Sort(out)
	return out
}

// report fails the test with each problem.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

// want fails the test unless exactly these problems were found.
func want(t *testing.T, got []string, problems ...string) {
	t.Helper()
	if !slices.Equal(got, problems) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(problems, "\n\t"))
	}
}

func TestUnexcused(t *testing.T) {
	breaches := []breach{{"listed", 3, "as before"}, {"worse", 4, "worse is worse"}, {"new", 1, "new is bad"}}
	want(t, unexcused(breaches, map[string]int{"listed": 3, "worse": 3, "clean": 2}),
		"clean: on the list and breaks no rule, take it off", "new is bad", "worse is worse")
}
