package tidy

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The table, and what begins it.
const (
	tableFile = "docs/ARCHITECTURE.md"
	tableHead = "| Package | In one sentence | May import |"
)

func TestImports(t *testing.T) {
	doc, err := os.ReadFile(root + "/" + tableFile)
	if err != nil {
		t.Fatal(err)
	}
	own, all := ours(t)
	imports := map[string][]string{}
	for name, p := range own {
		if len(p.GoFiles) > 0 {
			imports[name] = slices.DeleteFunc(slices.Clone(p.Imports), func(i string) bool { return all[i].Standard })
		}
	}
	report(t, disallowed(string(doc), imports))
}

// row is a line of the table.
type row struct {
	place    string
	packages []string
	may      []string // ours by their import paths, with "/..." or without; others as written
	anything bool
}

// disallowed returns where a table and the imports of our packages, standard
// library aside, differ: an import that no row allows, an allowance that no import
// needs, a package without a row or with two, and a row that cannot be read.
func disallowed(doc string, imports map[string][]string) []string {
	rows, problems := readTable(doc, imports)
	if rows == nil {
		return problems
	}
	rowless := maps.Clone(imports)
	for _, r := range rows {
		unused := slices.Clone(r.may)
		for _, name := range r.packages {
			if _, ok := rowless[name]; !ok {
				problems = append(problems, fmt.Sprintf("%s: %s is no package, or has a row above", r.place, name))
			}
			delete(rowless, name)
			for _, i := range imports[name] {
				allows := func(allowance string) bool { return allows(allowance, i) }
				if !r.anything && !slices.ContainsFunc(r.may, allows) {
					problems = append(problems, fmt.Sprintf("%s: %s imports %s, which its row does not allow", r.place, name, i))
				}
				unused = slices.DeleteFunc(unused, allows)
			}
		}
		for _, allowance := range unused {
			problems = append(problems, fmt.Sprintf("%s: %s is allowed and imported by nobody: take it out", r.place, allowance))
		}
	}
	for name := range rowless {
		problems = append(problems, tableFile+": no row for "+name)
	}
	for i, p := range problems {
		problems[i] = strings.ReplaceAll(p, module+"/", "")
	}
	slices.Sort(problems)
	return problems
}

// allows reports whether an allowance covers an import.
func allows(allowance, importPath string) bool {
	if !strings.HasPrefix(importPath, module+"/") {
		return strings.Contains("/"+importPath+"/", "/"+allowance+"/")
	}
	base, below := strings.CutSuffix(allowance, "/...")
	return importPath == base || below && strings.HasPrefix(importPath, base+"/")
}

// readTable returns the rows of the table in a document, and what is wrong with the
// others.
func readTable(doc string, known map[string][]string) (rows []row, problems []string) {
	lines := strings.Split(doc, "\n")
	head := slices.Index(lines, tableHead)
	if head < 0 {
		return nil, []string{tableFile + ": there is no table that begins with " + tableHead}
	}
	for i := head + 2; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
		r, err := readRow(lines[i], known)
		r.place = fmt.Sprintf("%s:%d", tableFile, i+1)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", r.place, err))
			r.may, r.anything = nil, true // there is nothing to hold it against
		}
		rows = append(rows, r)
	}
	return rows, problems
}

var (
	ownPackage  = regexp.MustCompile("^`([a-z0-9_/-]+(?:/\\.\\.\\.)?)`$")
	partOfAPath = regexp.MustCompile(`^[a-z0-9][a-z0-9./-]*$`)
)

// readRow reads a line of the table. A package that is not known is a sibling of the
// first one.
func readRow(line string, known map[string][]string) (r row, err error) {
	cells := strings.Split(strings.Trim(line, "| "), " | ")
	if len(cells) != 3 {
		return r, fmt.Errorf("got %d cells, want three", len(cells))
	}
	for _, item := range strings.Split(cells[0], ", ") {
		name := ownPackage.FindStringSubmatch(item)
		if name == nil {
			return r, fmt.Errorf("got %s for a package, want its path in backquotes", item)
		}
		if _, ok := known[name[1]]; !ok && len(r.packages) > 0 {
			name[1] = r.packages[0][:strings.LastIndex(r.packages[0], "/")+1] + name[1]
		}
		r.packages = append(r.packages, name[1])
	}
	if r.anything = cells[2] == "anything"; r.anything || cells[2] == "nothing" {
		return r, nil
	}
	for _, item := range strings.Split(cells[2], ", ") {
		name := ownPackage.FindStringSubmatch(item)
		switch {
		case name != nil:
			r.may = append(r.may, module+"/"+name[1])
		case partOfAPath.MatchString(item):
			r.may = append(r.may, item)
		default:
			return r, fmt.Errorf("got %q among what %s may import, want `a/package`, `a/package/...` or part-of-a-module-path", item, cells[0])
		}
	}
	return r, nil
}

func TestImportsFail(t *testing.T) {
	imports := map[string][]string{
		"a":     nil,
		"b":     {module + "/a", "example.com/Other/kv/v2/sub"},
		"b/x":   {module + "/b"},
		"b/y":   {module + "/a", module + "/b/x"},
		"c":     {module + "/b/x"},
		"main":  {module + "/a", "example.com/cli"},
		"rowed": nil,
	}
	table := func(rows ...string) string {
		return "# Packages\n\n" + tableHead + "\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n\n| no | row |\n"
	}
	good := []string{
		"| `a` | A. | nothing |", "| `b` | B. | `a`, kv |", "| `b/x`, `y` | Siblings. | `a`, `b/...` |",
		"| `c` | C. | `b/...` |", "| `main`, `rowed` | Main. | anything |",
	}
	want(t, disallowed(table(good...), imports))
	for bad, problem := range map[string]string{
		"| `a` | A. | b |":                   "b is allowed and imported by nobody: take it out",
		"| `a` | A. | `b` |":                 "b is allowed and imported by nobody: take it out",
		"| `a` | A. | `b/...` |":             "b/... is allowed and imported by nobody: take it out",
		"| `a` | A. | what is good |":        "got \"what is good\" among what `a` may import, want `a/package`, `a/package/...` or part-of-a-module-path",
		"| `a` | A. | `c`,`b` |":             "got \"`c`,`b`\" among what `a` may import, want `a/package`, `a/package/...` or part-of-a-module-path",
		"| `a` | A. |":                       "got 2 cells, want three",
		"| a | A. | nothing |":               "got a for a package, want its path in backquotes",
		"| `a`, `z` | A. | nothing |":        "z is no package, or has a row above",
		"| `a` | A. | nothing |\n" + good[0]: "a is no package, or has a row above",
	} {
		got := disallowed(table(append([]string{bad}, good[1:]...)...), imports)
		if len(got) == 0 || !slices.ContainsFunc(got, func(p string) bool { return strings.HasSuffix(p, ": "+problem) }) {
			t.Errorf("%s: got %q, want %q", bad, got, problem)
		}
	}
	want(t, disallowed(table(good[0], "| `b` | B. | kv |", good[2], "| `c` | C. | `b` |"), imports),
		tableFile+": no row for main", tableFile+": no row for rowed",
		tableFile+":6: b imports a, which its row does not allow",
		tableFile+":8: b is allowed and imported by nobody: take it out",
		tableFile+":8: c imports b/x, which its row does not allow")
	want(t, disallowed("no table", imports), tableFile+": there is no table that begins with "+tableHead)
}
