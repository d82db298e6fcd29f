package scenarios

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ReadFile reads the program in a file, which is called as the file is without its
// extension. The error of a text that does not parse has the file, line and column.
func (l Language) ReadFile(path string) ([]NamedProgram, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	program, err := l.Parse(string(text))
	if e := (*ParseError)(nil); errors.As(err, &e) {
		return nil, fmt.Errorf("%s:%d:%d: %s", path, e.Line, e.Column, e.Message)
	}
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return []NamedProgram{{Name: name, Program: program}}, nil
}
