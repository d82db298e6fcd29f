package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ackproof/ackproof/harness"
)

// resolved returns the seed and all else that decides what is explored.
func (r *runner) resolved() string {
	workers := r.workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	what := fmt.Sprintf("programs=%d crashes=%t concurrent=%t", r.programs, r.crashes, r.concurrent)
	if r.programFile != "" {
		what = "program=" + r.programFile
	}
	return fmt.Sprintf("seed=%d %s depth=%d thin=%d payload=%d states=%d budget=%v workers=%d",
		r.seed, what, r.depth, r.thin, r.payload, r.states, r.budget, workers)
}

// changedFlags returns the flags that decide what is explored and that were
// given, as they are typed; the profile and the budget are for each run to say.
func changedFlags(flags *pflag.FlagSet) string {
	var out strings.Builder
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "programs", "program", "seed", "states", "depth", "thin", "payload", "crashes", "concurrent", "writeback":
			fmt.Fprintf(&out, " --%s=%s", f.Name, shellWord(f.Value.String()))
		}
	})
	return out.String()
}

// shellWord returns s as a shell takes it for one word.
func shellWord(s string) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-=,:@+", r)
	}) < 0
	if plain && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// keep writes each finding to a bundle in dir and returns the paths; none if dir
// is "".
func keep(dir string, findings []*harness.Finding) ([]string, error) {
	if dir == "" || len(findings) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var out []string
	for _, f := range findings {
		path := filepath.Join(dir, f.FileName())
		if err := harness.WriteBundle(path, f); err != nil {
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
