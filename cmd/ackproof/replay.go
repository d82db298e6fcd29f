package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/reports"
)

func newReplay(all builtin.List) *cobra.Command {
	return &cobra.Command{
		Use:   "replay BUNDLE",
		Short: "Check the finding in a bundle again",
		Long: `Replay builds the image that the bundle's crash left, lets the engine recover
from it, and judges what comes back. It exits with 1 if the finding comes again
and with 0 if the engine now keeps its promise.`,
		Args: cobra.ExactArgs(1),
		RunE: running(func(c *cobra.Command, args []string) error { return replay(c, all, args[0]) }),
	}
}

func replay(c *cobra.Command, all builtin.List, path string) error {
	bundle, err := harness.ReadBundle(path)
	if err != nil {
		return usage(err)
	}
	found, err := all.Find(bundle.Engine)
	if err != nil {
		return usage(fmt.Errorf("%s: %w: a bundle of one's own engine is replayed by its test: go test -args -ackproof.replay=%s", path, err, path))
	}
	replayed, err := bundle.Replay(found[0].Factory)
	if errors.Is(err, harness.ErrBundle) {
		return usage(fmt.Errorf("%s: %w", path, err))
	}
	if err != nil {
		return err
	}
	if err := reports.WriteReplay(c.OutOrStdout(), replayed); err != nil {
		return err
	}
	return verdict(replayCode(replayed.Verdict.Outcome))
}

func replayCode(o models.Outcome) int {
	switch o {
	case models.Pass:
		return exitHeld
	case models.Fail:
		return exitRefuted
	}
	return exitUnknown
}
