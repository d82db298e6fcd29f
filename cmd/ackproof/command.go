package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// changedFlags returns the flags that decide what is explored and that were
// given, as they are typed; the profile and the budget are for each run to say.
func changedFlags(flags *pflag.FlagSet) string {
	var out strings.Builder
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "programs", "program", "seed", "states", "depth", "thin", "payload", "crashes", "sequential", "writeback",
			"faults", "quick", "second-lives", "findings", "known", "until", "no-shrink", "hang-after", "recover-with":
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
		if f.File == "" {
			f.File = freeName(dir, f, findings)
		}
		if err := evidence.WriteCase(f.File, f); err != nil {
			return nil, err
		}
		out = append(out, f.File)
	}
	return out, nil
}

// freeName returns a path for a finding's bundle that none of the others has.
func freeName(dir string, f *evidence.Case, others []*evidence.Case) string {
	for n := 1; ; n++ {
		path := filepath.Join(dir, f.FileName(n))
		if !slices.ContainsFunc(others, func(o *evidence.Case) bool { return o.File == path }) {
			return path
		}
	}
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
