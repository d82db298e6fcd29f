package tidy

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCircles allows no circle between the files of a package.
func TestCircles(t *testing.T) {
	own, all := ours(t)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		d := drawn(t, own[name], all)
		circles := d.circles()
		if testing.Verbose() {
			t.Logf("%-26s %3d files %4d arrows %3d back", name, len(d.files), d.count(), len(circles))
		}
		if n := len(circles); n > 0 {
			t.Errorf("%s: %d arrows between files run back:\n\t%s", name, n, strings.Join(circles, "\n\t"))
		}
	}
}

// drawing is a package with an arrow from each file to each that it names: that
// defines a function, type, constant, variable, method or field which it uses.
type drawing struct {
	files  []string
	arrows map[string]map[string][]string // from, to, the names
}

// drawn returns the drawing of a package as it stands.
func drawn(t *testing.T, p listed, all map[string]listed) drawing {
	t.Helper()
	files := map[string]string{}
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return draw(t, files, func(importPath string) (io.ReadCloser, error) { return os.Open(all[importPath].Export) })
}

// draw returns the drawing of a package with these files.
func draw(t *testing.T, files map[string]string, exports importer.Lookup) drawing {
	t.Helper()
	fset := token.NewFileSet()
	d := drawing{files: slices.Sorted(maps.Keys(files)), arrows: map[string]map[string][]string{}}
	var parsed []*ast.File
	for _, name := range d.files {
		file, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		d.arrows[name] = map[string][]string{}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", exports)}
	pkg, err := config.Check("p", fset, parsed, info)
	if err != nil {
		t.Fatal(err)
	}
	for use, object := range info.Uses {
		from, to := fset.File(use.Pos()).Name(), ""
		if object.Pkg() == pkg {
			to = fset.File(object.Pos()).Name()
		}
		if to != "" && to != from && !slices.Contains(d.arrows[from][to], object.Name()) {
			d.arrows[from][to] = append(d.arrows[from][to], object.Name())
		}
	}
	return d
}

// count returns the number of arrows.
func (d drawing) count() int {
	n := 0
	for _, to := range d.arrows {
		n += len(to)
	}
	return n
}

// order returns the files so that few arrows run back: first what nothing left names,
// or else what names most of those left and is named least (Eades, Lin and Smyth 1993).
func (d drawing) order() []string {
	var out []string
	for left := slices.Clone(d.files); len(left) > 0; {
		first := slices.MaxFunc(left, func(a, b string) int { return d.surplus(a, left) - d.surplus(b, left) })
		out = append(out, first)
		left = slices.DeleteFunc(left, func(file string) bool { return file == first })
	}
	return out
}

// surplus returns how many of others a file names less how many name it; the most
// that there can be if none does.
func (d drawing) surplus(file string, others []string) int {
	out, in := 0, 0
	for _, other := range others {
		if len(d.arrows[file][other]) > 0 {
			out++
		}
		if len(d.arrows[other][file]) > 0 {
			in++
		}
	}
	if in == 0 {
		return len(d.files)
	}
	return out - in
}

// circles returns, for each arrow that runs back, the shortest circle that it closes.
func (d drawing) circles() []string {
	var out []string
	order := d.order()
	for i, from := range order {
		for _, to := range order[:i] {
			if len(d.arrows[from][to]) == 0 {
				continue
			}
			if way := d.way(to, from); way != nil {
				out = append(out, d.text(append([]string{from}, way...)))
			}
		}
	}
	return out
}

// way returns the shortest way along arrows, nil if there is none.
func (d drawing) way(from, to string) []string {
	seen := map[string]bool{from: true}
	for ways := [][]string{{from}}; len(ways) > 0; ways = ways[1:] {
		way := ways[0]
		last := way[len(way)-1]
		if last == to {
			return way
		}
		for _, next := range d.files {
			if len(d.arrows[last][next]) > 0 && !seen[next] {
				seen[next] = true
				ways = append(ways, append(slices.Clone(way), next))
			}
		}
	}
	return nil
}

// text returns a way with the names that tie it, four of each arrow at most.
func (d drawing) text(way []string) string {
	out := way[0]
	for i, to := range way[1:] {
		names := slices.Sorted(slices.Values(d.arrows[way[i]][to]))
		if len(names) > 4 {
			names = append(names[:4], "...")
		}
		out += fmt.Sprintf(" -(%s)-> %s", strings.Join(names, " "), to)
	}
	return out
}

func TestCirclesAreSeen(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"none": {files: map[string]string{
			"a.go": "package p; func a() { b(); c() }", "b.go": "package p; func b() { c() }", "c.go": "package p; func c() {}",
		}},
		"functions": {
			files: map[string]string{
				"a.go": "package p; func a() { b() }", "b.go": "package p; func b() { c() }", "c.go": "package p; func c() { a() }",
				"d.go": "package p; func d() { c() }", "e.go": "package p; func e() { d(); a() }",
			},
			want: []string{"c.go -(a)-> a.go -(b)-> b.go -(c)-> c.go"},
		},
		"a method": {
			files: map[string]string{"t.go": "package p; type t int; func f(x t) { x.m() }", "m.go": "package p; func (t) m() {}"},
			want:  []string{"t.go -(m)-> m.go -(t)-> t.go"},
		},
		"a field, a constant": {
			files: map[string]string{
				"t.go": "package p; type t[n any] struct{ field [c]n }",
				"u.go": "package p; const c = 1; var v = t[int]{}.field",
			},
			want: []string{"u.go -(field t)-> t.go -(c)-> u.go"},
		},
	} {
		t.Run(name, func(t *testing.T) { want(t, draw(t, test.files, nil).circles(), test.want...) })
	}
}
