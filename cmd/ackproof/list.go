package main

import (
	"encoding/json"
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
	var asJSON bool
	c := &cobra.Command{
		Use:   "engines",
		Short: "List the engines: name, claim, what it needs, what is expected of it",
		Args:  noArguments,
		RunE: running(func(c *cobra.Command, _ []string) error {
			list, err := listEngines(all)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(list)
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "engine\tclaim\tneeds\texpected\tabout")
			for _, e := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", e.Name, e.Claim, e.Needs, e.Expected, e.About)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return c
}

// listedEngine is what a list says of an engine.
type listedEngine struct {
	Name string `json:"engine"`
	// Subject is what it is, as "log" or "machine".
	Subject  string `json:"subject"`
	Claim    string `json:"claim"`
	Needs    string `json:"needs"`
	Expected string `json:"expected"`
	About    string `json:"about"`
}

func listEngines(all builtin.List) (out []listedEngine, err error) {
	for _, e := range all {
		claim, err := claimOf(e.Factory)
		if err != nil {
			return nil, err
		}
		out = append(out, listedEngine{e.Name, e.Kind.Name, claim, fmt.Sprint(e.Needs), fmt.Sprint(e.Expect), e.About})
	}
	return out, nil
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
