package raftlog

import (
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/scenarios"
)

// everything draws every kind of step.
var everything = scenarios.Config{Crashes: true, FirstOpen: true, Faults: true}

func TestProgramsAreValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Language.Programs(everything).Draw(t, "program")
		if err := newStrictLog().run(p); err != nil {
			t.Fatal(err)
		}
		if again, err := Language.Parse(p.String()); err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("printed and parsed again: got %v, %v", again, err)
		}
	})
}

func TestProgramsStayValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Language.Programs(everything).Draw(t, "program")
		for range 20 {
			if len(p) == 0 {
				return
			}
			i := scenarios.Between(t, "step", 0, len(p)-1)
			smaller := append(p.Simplifications(i), p.Without(i))
			p = rapid.SampledFrom(smaller).Draw(t, "smaller")
			if err := newStrictLog().run(p); err != nil {
				t.Fatalf("%v\nof\n%v", err, p)
			}
		}
	})
}

func TestProgramsKeepToTheirConfig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := scenarios.Config{
			StepsMax:          scenarios.Between(t, "steps", 1, 40),
			EntriesMax:        scenarios.Between(t, "entries", 1, 100),
			PayloadMaxBytes:   scenarios.Between(t, "payload", 1, 10_000),
			TotalPayloadBytes: scenarios.Between(t, "total", 1, 100_000),
			SmallPayloads:     rapid.Bool().Draw(t, "small"),
			Crashes:           rapid.Bool().Draw(t, "crashes"),
			Sequential:        rapid.Bool().Draw(t, "sequential"),
			FirstOpen:         rapid.Bool().Draw(t, "first open"),
			Faults:            rapid.Bool().Draw(t, "faults"),
			Weights:           map[scenarios.Kind]int{Purge: 0},
		}
		p := Language.Programs(c).Draw(t, "program")
		checkConfig(t, c, p, false)
		if steps, bytes := size(p); steps == 0 || steps > c.StepsMax || bytes > c.TotalPayloadBytes {
			t.Fatalf("got %d steps and %d bytes, want at most %d and %d", steps, bytes, c.StepsMax, c.TotalPayloadBytes)
		}
	})
}

func checkConfig(t *rapid.T, c scenarios.Config, steps []scenarios.Step, block bool) {
	for _, s := range steps {
		switch {
		case s.Kind == Purge, s.Kind == scenarios.Crash && !c.Crashes, (s.Kind == scenarios.Concurrently || s.Kind == scenarios.Hold) && c.Sequential, s.Kind == scenarios.FirstOpen && !c.FirstOpen:
			t.Fatalf("got %v", s)
		case scenarios.Program{s}.HasFaults() && !c.Faults, s.CancelAfter > 0 && !s.Kind.Call:
			t.Fatalf("got %v", s)
		case block && !s.Kind.Call && s.Kind != scenarios.Release:
			t.Fatalf("got %v in a block", s)
		case s.Kind.Writes && s.Count > c.EntriesMax:
			t.Fatalf("got %v, want at most %d entries", s, c.EntriesMax)
		}
		for _, r := range s.Sizes {
			if r.Max > c.PayloadMaxBytes || c.SmallPayloads && r.Max > 64 {
				t.Fatalf("got %v, want smaller payloads", s)
			}
		}
		checkConfig(t, c, s.Body, true)
	}
}

// size returns the steps of a program and the most bytes of its payloads.
func size(p scenarios.Program) (steps, bytes int) {
	for _, s := range p {
		steps += 1 + len(s.Body)
	}
	_, bytes = p.Written()
	return steps, bytes
}

func TestProgramsDiffer(t *testing.T) {
	const seeds = 300
	texts := map[string]bool{}
	programs := map[scenarios.Kind]int{}
	long, conflicts, spans, past, empty, border, big := 0, 0, 0, 0, 0, 0, 0
	for seed := range uint64(seeds) {
		p := able.Example(seed, everything)
		texts[p.String()] = true
		if len(p) >= 12 {
			long++
		}
		has := map[scenarios.Kind]bool{}
		for _, s := range p {
			has[s.Kind] = true
			conflicts += btoi(s.Kind == Persist && s.Back > 0)
			spans += btoi(s.Terms > 1)
			past += btoi(s.Beyond > 0)
			for _, r := range s.Sizes {
				empty += btoi(r.Min == 0)
				border += btoi(r.Max >= 460 && r.Max <= 516 || r.Max >= 4044 && r.Max <= 4100)
				big += btoi(r.Max > 10_000)
			}
		}
		for k := range has {
			programs[k]++
		}
	}
	if len(texts) < seeds*95/100 {
		t.Errorf("got %d programs from %d seeds", len(texts), seeds)
	}
	for _, k := range Language.Kinds() {
		if k == scenarios.Usage || k == scenarios.Repeat {
			continue // a program that measures is long, and written by hand
		}
		if programs[k] < seeds/50 || k != Persist && programs[k] > seeds*9/10 {
			t.Errorf("%v is in %d of %d programs", k, programs[k], seeds)
		}
	}
	t.Logf("of %d programs: %v; long %d, conflicts %d, spans %d, past the end %d, empty %d, border %d, big %d",
		seeds, programs, long, conflicts, spans, past, empty, border, big)
	for name, n := range map[string]int{"long": long, "conflicts": conflicts, "spans": spans, "past": past, "empty": empty, "border": border, "big": big} {
		if n < 5 {
			t.Errorf("%s: got %d, want at least 5", name, n)
		}
	}
}

// What every long program has hides what programs without it would find.
func TestLongProgramsLackFeatures(t *testing.T) {
	long, lacking := 0, map[scenarios.Kind]int{}
	for seed := range uint64(200) {
		p := Language.Example(seed, scenarios.Config{StepsMax: 200})
		if len(p) < 60 {
			continue
		}
		long++
		for _, k := range []scenarios.Kind{Flush, Truncate, Purge, scenarios.Reopen} {
			has := slices.ContainsFunc(p, func(s scenarios.Step) bool { return s.Kind == k })
			lacking[k] += btoi(!has)
		}
	}
	for _, k := range []scenarios.Kind{Flush, Truncate, Purge, scenarios.Reopen} {
		if lacking[k] < long/4 || lacking[k] > long*3/4 {
			t.Errorf("%d of %d long programs lack %v, want about half", lacking[k], long, k)
		}
	}
}

// In one term an overwrite writes the same entries again, which shows little.
func TestMostOverwritesConflict(t *testing.T) {
	overwrites, conflicts := 0, 0
	for seed := range uint64(200) {
		p := Language.Example(seed, scenarios.Config{})
		for i, s := range p {
			if s.Kind.Writes && s.Back > 0 {
				overwrites++
				conflicts += btoi(i > 0 && p[i-1].Kind == SaveHardState && p[i-1].Raise > 0)
			}
		}
	}
	if overwrites < 100 || conflicts < overwrites/2 {
		t.Errorf("got %d conflicts in %d overwrites, want most", conflicts, overwrites)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWeights(t *testing.T) {
	only := scenarios.Config{Weights: map[scenarios.Kind]int{Flush: 1}}
	for _, w := range weights {
		if w.Kind != Flush {
			only.Weights[w.Kind] = 0
		}
	}
	for _, s := range Language.Example(1, only) {
		if s.Kind != Flush {
			t.Errorf("got %v, want flush alone", s)
		}
	}
}

// TestExampleAcrossProcesses runs itself in another process and compares.
func TestExampleAcrossProcesses(t *testing.T) {
	const name = "ACKPROOF_PRINT_EXAMPLES"
	var programs strings.Builder
	for seed := range uint64(20) {
		programs.WriteString(Language.Example(seed, everything).String())
	}
	if os.Getenv(name) != "" {
		os.Stdout.WriteString(programs.String())
		os.Exit(0)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestExampleAcrossProcesses$")
	cmd.Env = append(os.Environ(), name+"=1")
	out, err := cmd.Output()
	if err != nil || string(out) != programs.String() {
		t.Errorf("another process drew other programs, %v:\n%s\nwant\n%s", err, out, programs.String())
	}
}

func BenchmarkExample(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		Language.Example(seed, everything)
		seed++
	}
}

func TestLighter(t *testing.T) {
	tests := []struct {
		program, want string
		maxBytes      int
	}{
		{"persist 3 size=5,600,7-90", "persist 3 size=5,32,7-32", 32},
		{"persist 2\ntruncate 1", "persist 2\ntruncate 1", 32},
		{"persist 2", "persist 2 size=3", 3},
		{"concurrently flushers=1 {\nreplace 1 2 size=4096\n}", "concurrently flushers=1 {\nreplace 1 2 size=32\n}", 32},
	}
	for _, test := range tests {
		program := MustParse(test.program)
		before := program.String()
		if got, want := program.Lighter(test.maxBytes).String(), MustParse(test.want).String(); got != want {
			t.Errorf("at most %d bytes: got\n%s\nwant\n%s", test.maxBytes, got, want)
		}
		if program.String() != before {
			t.Errorf("the program itself was changed to\n%s", program)
		}
	}
}
