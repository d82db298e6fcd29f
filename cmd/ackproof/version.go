package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of ackproof and of Go",
		Args:  noArguments,
		RunE: running(func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), version())
			return err
		}),
	}
}

// version returns what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "ackproof, built without module support"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	out := "ackproof " + info.Main.Version
	if revision := settings["vcs.revision"]; revision != "" {
		out += " " + revision
	}
	if settings["vcs.modified"] == "true" {
		out += " modified"
	}
	return fmt.Sprintf("%s %s %s/%s", out, info.GoVersion, settings["GOOS"], settings["GOARCH"])
}
