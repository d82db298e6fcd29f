package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/internal/near"
)

// execute runs the command that args say and returns the exit code.
func execute(all builtin.List, args []string, stdout, stderr io.Writer) int {
	spendMemory()
	root := newRoot(all)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteC()
	code := exitCode(err)
	if err != nil && err.Error() != "" {
		fmt.Fprintf(stderr, "ackproof: %v\n", err)
	}
	if code == exitUsage {
		fmt.Fprintf(stderr, "see %q\n", command.CommandPath()+" --help")
	}
	return code
}

func newRoot(all builtin.List) *cobra.Command {
	root := &cobra.Command{
		Use:   "ackproof",
		Short: "Check whether a Raft log store keeps what it acknowledges",
		Long: `Ackproof runs a Raft log store on a simulated disk whose power can fail at any
moment. It visits the crash states that such a power failure can leave, lets the
store recover from each, and checks the result against what the store had
acknowledged.

Exit codes: 0 held, or refuted by known causes only; 1 refuted; 2 unknown or not
run; 64 wrong usage; 70 ackproof failed.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(fmt.Errorf("unknown command %q%s", args[0], near.Question(args[0], names(c.Commands()))))
			}
			return c.Help()
		},
		Version: version(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newRun(all), newCheck(all), newSyncs(all), newCorrupt(all), newReplay(all), newReport(all), newServe(all), newBench(), newEngines(all), newExplain(), newSchema(), newVersion())
	return root
}

// names returns the names of commands.
func names(commands []*cobra.Command) (out []string) {
	for _, c := range commands {
		out = append(out, c.Name())
	}
	return out
}
