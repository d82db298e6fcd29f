package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/internal/near"
)

// flagError says in a sentence what is wrong with a flag: what was got, and what is wanted.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if shorthands := unknown.GetSpecifiedShortnames(); shorthands != "" {
			return fmt.Errorf("unknown flag -%s in -%s", name, shorthands)
		}
		return fmt.Errorf("unknown flag: --%s%s", name, near.Question("--"+name, flagNames(c)))
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return fmt.Errorf("--%s: got %q, want %s", f.Name, invalid.GetValue(), wanted(f.Value.Type(), err))
	}
	return err
}

// flagNames returns the names of a command's flags.
func flagNames(c *cobra.Command) (out []string) {
	c.Flags().VisitAll(func(f *pflag.Flag) { out = append(out, "--"+f.Name) })
	return out
}

// wanted says what a flag of a type takes.
func wanted(kind string, err error) string {
	switch kind {
	case "duration":
		return "a time with its unit, as 10s or 5m"
	case "int", "uint64":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	return err.Error()
}
