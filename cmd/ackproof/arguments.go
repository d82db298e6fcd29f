package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/internal/plain"
)

// noArguments refuses arguments of a command that takes none.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("got the argument %q, want none", args[0])
	}
	return nil
}

// oneArgument refuses all but one argument, which is what it is called: "a directory".
func oneArgument(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("got %s, want %s", plain.Count(len(args), "argument"), what)
		}
		return nil
	}
}
