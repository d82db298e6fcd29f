package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/plain"
)

// handOver returns the engines with what each wrote opened by the one of --recover-with, if
// that was given.
func (s *settings) handOver(all, list builtin.List) (builtin.List, error) {
	if s.recoverWith == "" && !s.given("recover-with") {
		return list, nil
	}
	if s.expect {
		return nil, usage(errors.New("--expect says what engines come to that open what they wrote themselves: leave it or --recover-with out"))
	}
	reader, err := readerEngine(all, s.recoverWith)
	if err != nil {
		return nil, err
	}
	out := make(builtin.List, len(list))
	for i, writer := range list {
		if out[i], err = openedBy(writer, reader); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readerEngine returns the engine that --recover-with says: the name of one on the list, or
// the words of a command.
func readerEngine(all builtin.List, text string) (builtin.Engine, error) {
	words, err := plain.ShellWords(text)
	if err == nil && len(words) == 0 {
		err = errors.New("got nothing, want the name of an engine, or a command in quotes")
	}
	if err != nil {
		return builtin.Engine{}, usage(fmt.Errorf("--recover-with: %w", err))
	}
	found, unknown := all.Find(words...)
	if len(words) == 1 && unknown == nil {
		if len(found) > 1 {
			return builtin.Engine{}, usage(fmt.Errorf("--recover-with: %s is %d engines, want one", words[0], len(found)))
		}
		return found[0], nil
	}
	program, err := programEngine(words)
	switch {
	case err != nil && len(words) == 1:
		return program, usage(fmt.Errorf("--recover-with: %w; nor is it a program: %w", unknown, err))
	case err != nil:
		return program, usage(fmt.Errorf("--recover-with: %w", err))
	}
	return program, nil
}

// openedBy returns the engine that the writer is with what it wrote opened by the reader.
// Nothing is expected of it but that it holds.
func openedBy(writer, reader builtin.Engine) (builtin.Engine, error) {
	if writer.Name == reader.Name {
		writer.Name, reader.Name = longName(writer, reader), longName(reader, writer)
	}
	if writer.Name == reader.Name {
		return builtin.Engine{}, usage(fmt.Errorf("--recover-with: %s is the engine that writes, and opens what it wrote anyway: name another, or leave it out", reader.Name))
	}
	pair, err := subject.Handover(writer.Factory, reader.Factory)
	if err != nil {
		return builtin.Engine{}, usage(fmt.Errorf("--recover-with: %w", err))
	}
	return builtin.Engine{Factory: pair, About: writer.About, PayloadMaxBytes: smaller(writer.PayloadMaxBytes, reader.PayloadMaxBytes)}, nil
}

// longName returns a name of a program that is called as another is without its folders: with
// the folders of the words that differ.
func longName(e, other builtin.Engine) string {
	if e.Program == nil {
		return e.Name
	}
	words := make([]string, len(e.Program))
	for i, word := range e.Program {
		words[i] = word
		if i < len(other.Program) && other.Program[i] == word {
			words[i] = filepath.Base(word)
		}
	}
	return strings.Join(words, " ")
}

// smaller returns the smaller of two bounds, of which 0 is none.
func smaller(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
