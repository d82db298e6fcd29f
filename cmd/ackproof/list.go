package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/subject"
)

func newEngines(all builtin.List) *cobra.Command {
	return &cobra.Command{
		Use:   "engines",
		Short: "List the engines: name, claim, what it needs, what is expected of it",
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

// claimOf asks an engine in an empty place what it claims.
func claimOf(f subject.Factory) (claim string, err error) {
	env, remove, err := emptyPlace(f.Needs)
	if err != nil {
		return "", err
	}
	defer remove()
	engine, err := f.Open(env)
	if err != nil {
		return "", fmt.Errorf("engine %s: %w", f.Name, err)
	}
	claim = engine.Contract().DurabilityWord()
	if err := engine.Close(); err != nil {
		return "", fmt.Errorf("engine %s: %w", f.Name, err)
	}
	return claim, nil
}

// emptyPlace returns an empty place to open an engine in, and how to remove it.
func emptyPlace(needs engines.Needs) (env engines.Env, remove func(), err error) {
	if needs == engines.NeedsDir {
		dir, err := os.MkdirTemp("", "ackproof-*")
		return engines.Env{Dir: dir}, func() { _ = os.RemoveAll(dir) }, err
	}
	const dir = "/db"
	disk := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	return engines.Env{FS: disk, Dir: dir}, func() {}, disk.Mkdir(dir, 0o755)
}
