package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/reports"
)

func newEngines(all builtin.List) *cobra.Command {
	return &cobra.Command{
		Use:   "engines",
		Short: "List the engines, one a line: name, claim, needs, what is expected of it",
		Args:  cobra.NoArgs,
		RunE: running(func(c *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "engine\tclaim\tneeds\texpected\tabout")
			for _, e := range all {
				claim, err := claimOf(e.Factory)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "%s\t%s\t%v\t%v\t%s\n", e.Name, claim, e.Needs, e.Expect, e.About)
			}
			return w.Flush()
		}),
	}
}

// claimOf asks an engine on an empty disk what it claims.
func claimOf(f engines.Factory) (string, error) {
	const dir = "/db"
	disk := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	if err := disk.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	engine, err := f.Open(engines.Env{FS: disk, Dir: dir})
	if err != nil {
		return "", fmt.Errorf("engine %s: %w", f.Name, err)
	}
	claim := reports.ClaimWord(engines.ClaimsOf(engine))
	if err := engine.Close(); err != nil {
		return "", fmt.Errorf("engine %s: %w", f.Name, err)
	}
	return claim, nil
}
