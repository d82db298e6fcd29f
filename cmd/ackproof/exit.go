package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// The exit codes. Usage and failure are those of sysexits(3).
const (
	exitHeld    = 0
	exitRefuted = 1
	exitUnknown = 2
	exitUsage   = 64
	exitFailure = 70
)

// exit is an error that decides the exit code; err is nil where the output has
// said everything.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// usage marks err as the user's mistake.
func usage(err error) error { return &exit{exitUsage, err} }

// verdict ends the command with a code that is a verdict, not an error.
func verdict(code int) error {
	if code == exitHeld {
		return nil
	}
	return &exit{code: code}
}

// exitCode returns the code for what a command returned. Errors that no command
// of ours returned are cobra's, about the command line.
func exitCode(err error) int {
	if err == nil {
		return exitHeld
	}
	if e := (*exit)(nil); errors.As(err, &e) {
		return e.code
	}
	return exitUsage
}

// running wraps a command so that an error without a code of its own is our
// failure.
func running(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		err := run(c, args)
		if e := (*exit)(nil); err == nil || errors.As(err, &e) {
			return err
		}
		return &exit{exitFailure, err}
	}
}
