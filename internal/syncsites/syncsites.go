// Package syncsites finds the calls in Go source that sync a file or directory.
package syncsites

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Site is a call that syncs.
type Site struct {
	// Function has the call: "name" or "(*Type).name". A function literal is part of the
	// one that it is in.
	Function string
	// File is the path of its source, and Line where its name is.
	File string
	Line int
}

// ErrNoSource says that the source of a directory is not there: that of a program built with
// -trimpath, or elsewhere.
var ErrNoSource = errors.New("the source is not there")

// names are the names of the methods and functions that sync: of os.File, of Pebble's vfs.File
// and of golang.org/x/sys. A helper that calls one is no site: the call in it is.
var names = []string{"Sync", "SyncData", "SyncTo", "Fsync", "Fdatasync", "Msync", "Syncfs", "SyncFileRange"}

// In returns the sites in the Go files of a directory that are built here, tests left out,
// in the order of files and lines. It goes by names, not types: something else that has the
// name is taken for a site too.
func In(dir string) ([]Site, error) {
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("%w: %s", ErrNoSource, dir)
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNoSource, dir)
	}
	if err != nil {
		return nil, err
	}
	var out []Site
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if built, err := build.Default.MatchFile(dir, name); err != nil || !built {
			continue
		}
		sites, err := inFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		out = append(out, sites...)
	}
	return out, nil
}

func inFile(path string) ([]Site, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var out []Site
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(names, s.Sel.Name) {
					out = append(out, Site{functionName(f), path, set.Position(s.Sel.Pos()).Line})
				}
			}
			return true
		})
	}
	return out, nil
}

// functionName returns the name as stacks have it, without the package.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	star, isPointer := t.(*ast.StarExpr)
	if isPointer {
		t = star.X
	}
	if generic, ok := t.(*ast.IndexExpr); ok {
		t = generic.X
	}
	name, ok := t.(*ast.Ident)
	switch {
	case !ok:
		return f.Name.Name
	case isPointer:
		return "(*" + name.Name + ")." + f.Name.Name
	}
	return name.Name + "." + f.Name.Name
}
