package tidy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// The longest file and function, in lines, tests aside.
const (
	fileLinesMax     = 300
	functionLinesMax = 55
)

// longer are the files and functions that may be longer, with why and how long.
var longer = map[string]int{}

func TestSizes(t *testing.T) {
	report(t, unexcused(sizes(t, texts(t)), longer))
}

// sizes returns the files and functions that are too long.
func sizes(t *testing.T, files map[string]string) []breach {
	t.Helper()
	var out []breach
	tooLong := func(place string, lines, linesMax int) {
		if lines > linesMax {
			out = append(out, breach{place, lines, fmt.Sprintf("%s has %d lines, at most %d are good", place, lines, linesMax)})
		}
	}
	for name, text := range files {
		if !isProgram(name) {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		line := func(p token.Pos) int { return fset.Position(p).Line }
		tooLong(name, strings.Count(text, "\n"), fileLinesMax)
		ast.Inspect(file, func(n ast.Node) bool {
			switch f := n.(type) {
			case *ast.FuncDecl:
				tooLong(name+" "+f.Name.Name, line(f.End())-line(f.Pos())+1, functionLinesMax)
				return false
			case *ast.FuncLit:
				tooLong(fmt.Sprintf("%s:%d", name, line(f.Pos())), line(f.End())-line(f.Pos())+1, functionLinesMax)
				return false
			}
			return true
		})
	}
	return out
}

// isProgram reports whether a file is Go and not a test's.
func isProgram(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !strings.Contains(name, "testdata/")
}

func TestSizesFail(t *testing.T) {
	body := func(n int) string { return strings.Repeat("\n", n-1) }
	files := map[string]string{
		"a/good.go":      "package a\nfunc f() {" + body(55) + "}\nvar g = func() {" + body(55) + "}" + body(189) + "\n",
		"a/long.go":      "package a" + body(301) + "\n",
		"a/f.go":         "package a\nfunc f() {" + body(56) + "}\nvar g = func() {" + body(56) + "}\n",
		"a/long_test.go": "package a" + body(301) + "\n",
	}
	want(t, unexcused(sizes(t, files), nil),
		"a/f.go f has 56 lines, at most 55 are good",
		"a/f.go:58 has 56 lines, at most 55 are good",
		"a/long.go has 301 lines, at most 300 are good")
}
