package canary_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/journal"
)

// planted is a function of this package's source that holds a planted bug.
type planted struct {
	file     string
	from, to int // lines
}

// in reports whether a stack goes through the function.
func (p planted) in(frames []journal.Frame) bool {
	for _, f := range frames {
		if filepath.Base(f.File) == p.file && p.from <= f.Line && f.Line <= p.to {
			return true
		}
	}
	return false
}

// plantedIn returns the functions with a comment "plant: NAME, ..." in them, by
// the names of the canaries.
func plantedIn(t *testing.T, dir string) map[string]planted {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]planted{}
	set := token.NewFileSet()
	for _, name := range files {
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				names, ok := strings.CutPrefix(comment.Text, "// plant: ")
				if !ok {
					continue
				}
				f := enclosing(file, comment.Pos())
				if f == nil {
					t.Fatalf("%v: a plant outside of a function", set.Position(comment.Pos()))
				}
				for canary := range strings.SplitSeq(names, ", ") {
					out[canary] = planted{filepath.Base(name), set.Position(f.Pos()).Line, set.Position(f.End()).Line}
				}
			}
		}
	}
	return out
}

func enclosing(file *ast.File, at token.Pos) *ast.FuncDecl {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Pos() <= at && at < f.End() {
			return f
		}
	}
	return nil
}
