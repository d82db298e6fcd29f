package scenarios

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// NamedProgram is a program that is kept for what it shows.
type NamedProgram struct {
	// Name is the name of its file, without folder and ending.
	Name string
	// Shows says what the program exercises, or which bug it comes from.
	Shows   string
	Program Program
}

// First returns the program for crashes while the engine makes its store. It has
// hardly any calls. It runs before all others.
func (l Language) First() NamedProgram { return l.loadFile("first-open.txt") }

// FirstDirMissing returns the same program where the engine makes its directory too. An
// engine need not: it may want the directory to be there.
func (l Language) FirstDirMissing() NamedProgram { return l.loadFile("first-open-dir-missing.txt") }

// EveryCall returns a program that has a step of each kind: faults are tried in it.
func (l Language) EveryCall() NamedProgram { return l.loadFile("every-call.txt") }

// Named returns programs for the shapes that use gives an engine, by name.
func (l Language) Named() []NamedProgram { return l.load("named") }

// Corpus returns programs for known bugs, by name. They run early. A file added to the folder
// corpus is in it: a comment that names the source, then the program.
func (l Language) Corpus() []NamedProgram {
	programs := l.load("corpus")
	for _, a := range l.able {
		programs = append(programs, l.load(a.Folder)...)
	}
	return programs
}

func (l Language) load(folder string) []NamedProgram {
	files, err := fs.ReadDir(l.Texts, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		panic(fmt.Sprintf("scenarios: %v", err))
	}
	programs := make([]NamedProgram, len(files))
	for i, file := range files {
		programs[i] = l.loadFile(path.Join(folder, file.Name()))
	}
	return programs
}

func (l Language) loadFile(name string) NamedProgram {
	text, err := fs.ReadFile(l.Texts, name)
	if err != nil {
		panic(fmt.Sprintf("scenarios: %v", err))
	}
	key := keptText{l.Words[0], string(text)}
	program, ok := parsed.Load(key)
	if !ok {
		made, err := l.Parse(string(text))
		if err != nil {
			panic(fmt.Sprintf("scenarios: %s: %v", name, err))
		}
		program, _ = parsed.LoadOrStore(key, made)
	}
	return NamedProgram{
		Name:    strings.TrimSuffix(path.Base(name), ".txt"),
		Shows:   leadingComment(string(text)),
		Program: slices.Clone(program.(Program)),
	}
}

// parsed are the programs by their texts: each run begins with them, and on a loaded machine
// parsing them took longer than a short run may.
var parsed sync.Map

// keptText is a text in the language of which first is the first word.
type keptText struct {
	first Kind
	text  string
}

// leadingComment returns the comment between the header and the first line that
// is none, as one line.
func leadingComment(text string) string {
	var words []string
	for line := range strings.Lines(strings.TrimPrefix(text, header+"\n")) {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		words = append(words, strings.Fields(comment)...)
	}
	return strings.Join(words, " ")
}
