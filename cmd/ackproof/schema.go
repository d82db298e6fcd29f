package main

import (
	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/reports"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the output of run --json",
		Long: `Schema prints the JSON Schema (draft 2020-12) of one line of "ackproof run
--json". New fields may be added to it: readers ignore fields that they do not
know.`,
		Args: noArguments,
		RunE: running(func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(reports.Schema())
			return err
		}),
	}
}
