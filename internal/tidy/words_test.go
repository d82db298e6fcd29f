package tidy

import (
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ackproof/ackproof/models"
)

// word is an expression that was given up.
type word struct {
	given   string // its forms, with | between them
	instead string
	stands  string // the directories and files where it is right, with spaces between them
	notYet  string // those that still have to be rewritten
}

var words = []word{
	{
		given: "tells whether|tell whether|told whether", instead: "reports whether",
	},
	{
		given: "tells that", instead: "says that, reports that",
	},
	{
		given: "loss of power|losses of power|power lost|power is lost|power was lost", instead: "power failure",
	},
	{
		given: "in the midst", instead: "during, in the middle of",
	},
	{
		given: "in the place of", instead: "instead of",
	},
	{
		given: "be it", instead: "whether, even if",
	},
	{
		given: "so many", instead: "that many, or the number's name",
	},
	{
		given: "missing barrier|missing sync|no barrier|no sync helps|sync barrier|sync barriers", instead: "missing fsync, no fsync helps",
	},
}

// home is a text that stands in the program once, in the file that owns it.
type home struct {
	text, file string
	notYet     string // the files that have it too
}

var homes = append(promises(), home{"not exercised", "harness/evidence/outcome.go", "engines/enginetest"})

// promises returns the homes of the properties' promises.
func promises() []home {
	var out []home
	for _, p := range models.Properties {
		out = append(out, home{text: strings.ToLower(p.Clause()), file: "models/property.go"})
	}
	return out
}

func TestWords(t *testing.T) {
	report(t, givenUp(texts(t), words))
}

func TestHomes(t *testing.T) {
	report(t, astray(texts(t), homes))
}

// givenUp returns where words stand that were given up. A change log may say what
// was said then, and this file has to name them.
func givenUp(files map[string]string, words []word) []string {
	files = maps.Clone(files)
	delete(files, "CHANGELOG.md")
	delete(files, "internal/tidy/words_test.go")
	for name, text := range files {
		if path.Ext(name) == ".go" {
			files[name] = tokens(text, token.COMMENT, token.STRING)
		}
	}
	var found []breach
	listed := map[string]int{}
	for _, w := range words {
		found = append(found, find(files, w.given, w.stands+" "+w.notYet, "say "+w.instead, listed)...)
	}
	return unexcused(found, listed)
}

// astray returns where texts stand besides their homes, and homes without their
// texts. Only what a program says counts: comments, tests and pages may cite.
func astray(files map[string]string, homes []home) []string {
	said := map[string]string{}
	for name, text := range files {
		if isProgram(name) {
			said[name] = tokens(text, token.STRING)
		}
	}
	var found []breach
	listed := map[string]int{}
	for _, h := range homes {
		away := maps.Clone(said)
		delete(away, h.file)
		if len(lines(said[h.file], h.text)) == 0 {
			found = append(found, breach{h.file, 1, fmt.Sprintf("%s is the home of %q and does not say it", h.file, h.text)})
		}
		found = append(found, find(away, h.text, h.notYet, "its home is "+h.file, listed)...)
	}
	return unexcused(found, listed)
}

// find returns where one of some texts, with | between them, stands, at a listed
// place or else at its file, and adds the listed places to listed.
func find(files map[string]string, forms, places, advice string, listed map[string]int) []breach {
	var out []breach
	entry := func(place string) string { return fmt.Sprintf("%s (%q)", place, forms) }
	for _, place := range strings.Fields(places) {
		listed[entry(place)] = 1
	}
	for file, text := range files {
		place := file
		for listed[entry(place)] == 0 && place != "." {
			place = path.Dir(place)
		}
		for form := range strings.SplitSeq(forms, "|") {
			for _, line := range lines(text, form) {
				out = append(out, breach{entry(place), 1, fmt.Sprintf("%s:%d: %q: %s", file, line, form, advice)})
			}
		}
	}
	return out
}

// lines returns on which lines of a text an expression begins, also one that goes on
// after the end of the line.
func lines(text, expression string) []int {
	var out []int
	fields := strings.Fields(regexp.QuoteMeta(expression))
	pattern := regexp.MustCompile(strings.Join(fields, "[\\s/#*\"`]+") + `\b`) // without (?i) and \b in front: ten times as fast
	text = strings.ToLower(text)
	for _, at := range pattern.FindAllStringIndex(text, -1) {
		if at[0] == 0 || !unicode.IsLetter(rune(text[at[0]-1])) {
			out = append(out, strings.Count(text[:at[0]], "\n")+1)
		}
	}
	return out
}

// tokens returns a Go file with all but tokens of some kinds blanked out.
func tokens(text string, kinds ...token.Token) string {
	out := []byte(text)
	for i, b := range out {
		if b != '\n' {
			out[i] = ' '
		}
	}
	file := token.NewFileSet().AddFile("", 1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, scanner.ScanComments)
	for {
		at, kind, literal := s.Scan()
		if kind == token.EOF {
			return string(out)
		}
		if slices.Contains(kinds, kind) {
			copy(out[file.Offset(at):], literal)
		}
	}
}

func TestWordsFail(t *testing.T) {
	files := map[string]string{
		"CHANGELOG.md": "An old word.",
		"a/a.go":       "package a\n\n// Says an old\n// word, in ä “text”.\nvar oldWord = `cold word` // OLD word\n\nfunc old() { word() }\n",
		"a/b/b.go":     "package b\n\nconst s = \"an old \" +\n\t\"word\"\n",
		"a/clean.go":   "package a\n",
		"docs/x.md":    "an old word's place, old wording",
		"docs/y.md":    "odd word",
		"ok/ok.html":   "old word",
	}
	want(t, givenUp(files, []word{{given: "odd word|old word", instead: "new word", stands: "ok", notYet: "a/b docs/z.md"}}),
		`a/a.go:3: "old word": say new word`, `a/a.go:5: "old word": say new word`,
		`docs/x.md:1: "old word": say new word`, `docs/y.md:1: "odd word": say new word`,
		`docs/z.md ("odd word|old word"): on the list and breaks no rule, take it off`)
}

func TestHomesFail(t *testing.T) {
	files := map[string]string{
		"a/home.go":    "package a\n\nconst s = \"One fact.\"\n",
		"a/comment.go": "package a\n\n// One fact.\n",
		"a/a_test.go":  "package a\n\nconst t = \"one fact\"\n",
		"b/again.go":   "package b\n\nconst s = `one\nfact`\n",
		"c/again.go":   "package c\n\nconst s = `the one fact`\n",
	}
	want(t, astray(files, []home{{"one fact", "a/home.go", "c d"}, {"a lie", "a/home.go", ""}}),
		"a/home.go is the home of \"a lie\" and does not say it",
		`b/again.go:3: "one fact": its home is a/home.go`,
		`d ("one fact"): on the list and breaks no rule, take it off`)
}
