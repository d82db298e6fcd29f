package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/spf13/pflag"
)

// changedFlags returns the flags that decide what is explored and that were
// given, as they are typed; the profile and the budget are for each run to say.
func changedFlags(flags *pflag.FlagSet) string {
	var out strings.Builder
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "programs", "program", "seed", "states", "depth", "thin", "payload", "crashes", "concurrent", "writeback":
			fmt.Fprintf(&out, " --%s=%s", f.Name, plain.ShellWord(f.Value.String()))
		}
	})
	return out.String()
}

// keep writes each finding to a bundle in dir and returns the paths; none if dir
// is "".
func keep(dir string, findings []*evidence.Case) ([]string, error) {
	if dir == "" || len(findings) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var out []string
	for _, f := range findings {
		path := filepath.Join(dir, f.FileName())
		if err := evidence.WriteCase(path, f); err != nil {
			return nil, err
		}
		out = append(out, path)
	}
	return out, nil
}

// startProfile starts a CPU profile, if there is a path for it, and returns how
// to end it.
func startProfile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, usage(fmt.Errorf("--cpuprofile: %w", err))
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}
