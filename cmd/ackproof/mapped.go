package main

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/reports/archive"
)

// chosenForMaps returns the engines of which a command makes maps, as chosen does: one only, if
// its map is written to a page too.
func chosenForMaps(all builtin.List, args []string, dash int, html string) (builtin.List, error) {
	if len(args) == 0 {
		return nil, usage(errors.New("want the name of an engine, or a program after --"))
	}
	list, err := chosen(all, args, dash)
	if err != nil {
		return nil, err
	}
	if html != "" && len(list) > 1 {
		return nil, usage(errors.New("--html: want one engine"))
	}
	return list, nil
}

// writeMapPage writes the page of a map to a file; a path of "" asks for none.
func writeMapPage(path string, write func(w *bufio.Writer) error) error {
	if path == "" {
		return nil
	}
	if err := archive.ReplaceFile(path, write); err != nil {
		return fmt.Errorf("cannot write the page: %w", err)
	}
	return nil
}
