package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/internal/near"
	"github.com/ackproof/ackproof/models"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain property...",
		Short: "Say what a property promises, whom it binds, and which canaries break it",
		Long: `Explain says what a property promises, which engines are held to it, what puts it to the test,
the demand of Raft that it follows from, and the canaries that break it: engines with one planted
bug each, of which a run shows how such a finding looks.`,
		Example: "  ackproof explain acked-durable",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("got no property, want one or more of: %s", strings.Join(propertyNames(), ", "))
			}
			return nil
		},
		RunE: running(func(c *cobra.Command, args []string) error {
			var all []models.PropertyInfo
			for _, name := range args {
				info := models.Property(name).Info()
				if !models.IsProperty(info.ID) {
					return usage(fmt.Errorf("unknown property %q%s", name, cmp.Or(near.Question(name, propertyNames()), ": want one of "+strings.Join(propertyNames(), ", "))))
				}
				all = append(all, info)
			}
			for i, info := range all {
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				if _, err := fmt.Fprint(c.OutOrStdout(), explained(info)); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

// propertyNames returns the names of all properties.
func propertyNames() (out []string) {
	for _, p := range models.Properties {
		out = append(out, string(p.ID))
	}
	return out
}

// explained returns what there is to say of a property.
func explained(p models.PropertyInfo) string {
	var b strings.Builder
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", what, strings.ReplaceAll(text, "`", ""))
		}
	}
	fmt.Fprintf(&b, "%s\n", p.ID)
	line("promise", p.Promise)
	line("held to it", p.HeldTo)
	line("tested", p.Tested)
	for _, r := range models.Rules {
		if r.ID == p.Rule {
			line("rule "+r.ID, r.Text)
		}
	}
	first := ""
	for _, c := range builtin.Canaries() {
		if c.Expect.RefutedBy != p.ID {
			continue
		}
		if first == "" {
			first = c.Name
		}
		fmt.Fprintf(&b, "  %s: %s\n", c.Name, c.About)
	}
	if first != "" {
		line("see it", "ackproof run "+first)
	}
	return b.String()
}
