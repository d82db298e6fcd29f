package node

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
	machinemodel "github.com/ackproof/ackproof/models/machine"
	model "github.com/ackproof/ackproof/models/node"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
)

// kept are the programs that are kept, by folder.
func kept() map[string][]scenarios.NamedProgram {
	return map[string][]scenarios.NamedProgram{
		".": {Language.First(), Language.FirstDirMissing(), Language.EveryCall()}, "named": Language.Named(), "corpus": Language.Corpus(),
	}
}

func TestKeptPrograms(t *testing.T) {
	for folder, programs := range kept() {
		if len(programs) == 0 {
			t.Errorf("no programs in %s", folder)
		}
		for _, p := range programs {
			text, err := texts.ReadFile(path.Join(folder, p.Name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			_, program, _ := strings.Cut(string(text), "\n\n")
			if want := p.Program.String(); "# ackproof program v1\n"+program != want {
				t.Errorf("%s: got\n%s\nwant it as it prints,\n%s", p.Name, text, want)
			}
			if !strings.HasSuffix(p.Shows, ".") || folder == "corpus" && !strings.Contains(p.Shows, "Kind: ") {
				t.Errorf("%s: got comment %q, want sentences, and of a bug its kind", p.Name, p.Shows)
			}
			if got := transcript(model.Contract{}, p.Program); len(got) == 0 {
				t.Errorf("%s makes no call", p.Name)
			}
		}
	}
}

// Kept programs have every kind of step but faults, and measurements, which are of a log
// and of a machine alone.
func TestKeptProgramsHaveEveryKind(t *testing.T) {
	seen := map[scenarios.Kind]bool{}
	for _, programs := range kept() {
		for _, p := range programs {
			for _, s := range p.Program {
				seen[s.Kind] = true
			}
		}
	}
	for _, k := range Language.Kinds() {
		if measures := k == scenarios.Usage || k == scenarios.Repeat; seen[k] == (k.IsFault() || measures) {
			t.Errorf("%v is in a kept program: got %v", k, seen[k])
		}
	}
}

func TestDrawnProgramsParseBack(t *testing.T) {
	seen := map[scenarios.Kind]bool{}
	for seed := range uint64(300) {
		p := Language.Example(seed, scenarios.Config{Crashes: true, FirstOpen: true, Faults: true})
		got, err := Language.Parse(p.String())
		if err != nil || got.String() != p.String() {
			t.Fatalf("seed %d: got %v, error %v, want\n%s", seed, got, err, p)
		}
		transcript(model.Contract{}, p)
		for i, s := range p {
			seen[s.Kind] = true
			for _, smaller := range p.Simplifications(i) {
				if smaller.Size() >= p.Size() {
					t.Fatalf("got a simplification no smaller than\n%s\nnamely\n%s", p, smaller)
				}
			}
		}
	}
	for _, k := range Language.Kinds() {
		if measures := k == scenarios.Usage || k == scenarios.Repeat; seen[k] == measures {
			t.Errorf("%v is drawn: got %v", k, seen[k])
		}
	}
}

// transcript returns the calls of p in words, as if each succeeded. A restart leaves all as
// it was.
func transcript(c model.Contract, p scenarios.Program) (out []string) {
	r := newResolver(c)
	for _, s := range p {
		switch {
		case s.Kind == scenarios.Concurrently:
			for _, a := range r.Together(s).Writer {
				out = append(out, words(a))
			}
		case s.Kind.Call && r.Offers(s):
			for _, a := range r.Resolve(s) {
				out = append(out, words(a))
			}
		}
	}
	return out
}

func words(a scenarios.Action) string {
	if a.Fault != nil {
		return a.Fault.String()
	}
	return a.Op.String()
}

func newResolver(c model.Contract) scenarios.Resolver {
	r := NewResolver()
	r.Adopt(c, &model.View{})
	return r
}

// late is a node that declines all that it can.
var late = model.Contract{Machine: machinemodel.Contract{MachineClaims: engines.MachineClaims{PersistNeedsFlush: true}}}

// prompt is one of which each call is durable when it returns.
var prompt = model.Contract{
	Log:     logmodel.Contract{Claims: engines.Claims{MutationsDurable: true}, KeepsBoundary: true},
	Machine: machinemodel.Contract{MachineClaims: engines.MachineClaims{RestoreDurable: true}},
}

func TestResolve(t *testing.T) {
	for _, test := range []struct {
		name     string
		contract model.Contract
		program  string
		want     string
	}{
		{"compact", prompt, "persist 5\napply 3\ncompact", "persist 1-5 (term 1)\napply 1-3\ngenerate snapshot-1 at 3 (term 1)\n" +
			"persist-metadata of snapshot-1 at 3 (term 1)\npurge 3 (term 1)"},
		{"compact late", late, "persist 2\napply 2\ncompact", "persist 1-2 (term 1)\napply 1-2\ngenerate snapshot-1 at 2 (term 1)\nflush of the machine\n" +
			"persist-metadata of snapshot-1 at 2 (term 1)\nflush of the machine\npurge 2 (term 1)"},
		{"install", prompt, "persist 2\napply 2\nsnapshot\ninstall\npersist 1", "persist 1-2 (term 1)\napply 1-2\ngenerate snapshot-1 at 2 (term 1)\n" +
			"persist-metadata of snapshot-1 at 2 (term 1)\nreset of the log\nreset of the machine\nrestore snapshot-1 at 2 (term 1)\npurge 2 (term 1)\npersist 3 (term 1)"},
		{"install late", late, "persist 1\napply 1\ncompact\ninstall", "persist 1 (term 1)\napply 1\ngenerate snapshot-1 at 1 (term 1)\nflush of the machine\n" +
			"persist-metadata of snapshot-1 at 1 (term 1)\nflush of the machine\npurge 1 (term 1)\n" +
			"reset of the log\nflush of the log\nreset of the machine\nrestore snapshot-1 at 1 (term 1)\nflush of the machine\npurge 1 (term 1)"},
		{"nothing to do", prompt, "apply 1\nsnapshot\ncompact\ninstall\npersist 1\napply 2\napply 1", "persist 1 (term 1)\napply 1"},
		{"a snapshot once", prompt, "persist 1\napply 1\nsnapshot\nsnapshot\ncompact\ncompact", "persist 1 (term 1)\napply 1\n" +
			"generate snapshot-1 at 1 (term 1)\npersist-metadata of snapshot-1 at 1 (term 1)\npurge 1 (term 1)"},
		{"terms", prompt, "persist 1\nsave-hard-state term=+2 vote=3\nsave-hard-state vote=4\npersist 1", "persist 1 (term 1)\n" +
			"save-hard-state term 3 vote 3\nsave-hard-state term 3 vote 3\npersist 2 (term 3)"},
		{"flush", prompt, "flush", "flush of the log\nflush of the machine"},
	} {
		if got := strings.Join(transcript(test.contract, MustParse(test.program)), "\n"); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// TestBehindTheLog: a machine that a crash left before the log's first entry is restored
// from the snapshot that the log was purged for, of whatever life.
func TestBehindTheLog(t *testing.T) {
	sum := engines.Checksum{7}
	v := &model.View{
		Log: logmodel.View{Boundary: engines.LogID{Index: 4, Term: 2}, HasBoundary: true, LastIndex: 5, Entries: []logmodel.Entry{{Index: 5, Term: 3}}},
		Machine: machinemodel.View{
			LastApplied: engines.LogID{Index: 2, Term: 1}, HasMetadata: true,
			Metadata: engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 4, Term: 2}, Checksum: sum},
			Files:    []machinemodel.File{{Name: "snapshot-6", Checksum: sum}, {Name: "snapshot-9"}},
		},
	}
	for program, want := range map[string]string{
		"apply 9\npersist 1\ncompact": "restore snapshot-6 at 4 (term 2)\napply 5\npersist 6 (term 3)\ngenerate snapshot-10 at 5 (term 3)\n" +
			"persist-metadata of snapshot-10 at 5 (term 3)\npurge 5 (term 3)",
		// A snapshot of the machine as it is would be older than the last one.
		"compact": "restore snapshot-6 at 4 (term 2)\ngenerate snapshot-10 at 4 (term 2)\npersist-metadata of snapshot-10 at 4 (term 2)",
	} {
		r := NewResolver()
		r.Adopt(prompt, v)
		if got := strings.Join(resolved(r, program), "\n"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// resolved returns the calls of a program without blocks, in words.
func resolved(r scenarios.Resolver, program string) (out []string) {
	for _, s := range MustParse(program) {
		for _, a := range r.Resolve(s) {
			out = append(out, words(a))
		}
	}
	return out
}

// TestWhatDepends: of a step all calls but the first depend on those before, and a purge
// always depends on the snapshot, of whatever step.
func TestWhatDepends(t *testing.T) {
	r := newResolver(late)
	r.Resolve(MustParse("persist 2")[0])
	r.Resolve(MustParse("apply 2")[0])
	for _, text := range []string{"compact", "install", "flush"} {
		for i, a := range r.Resolve(MustParse(text)[0]) {
			if a.Dependent != (i > 0) {
				t.Errorf("%s, call %d: dependent is %v", text, i+1, a.Dependent)
			}
		}
	}
	r.Resolve(MustParse("persist 1")[0])
	r.Resolve(MustParse("apply 1")[0])
	r.Resolve(MustParse("snapshot")[0])
	if purge := r.Resolve(MustParse("compact")[0]); len(purge) != 1 || !purge[0].Dependent {
		t.Errorf("got %v, want one purge that is dependent", purge)
	}
}

// TestReadBack: what is read says from where a program goes on, and a snapshot that was
// refused is none.
func TestReadBack(t *testing.T) {
	r := newResolver(prompt)
	for _, s := range MustParse("persist 4\napply 2\nsnapshot\napply 2\ncompact") {
		r.Resolve(s)
	}
	answers := map[string]model.Answer{
		"read-boundary":   {Log: &logmodel.Answer{}},
		"read-hard-state": {Log: &logmodel.Answer{}},
		"read-last-index": {Log: &logmodel.Answer{LastIndex: 3}},
		"read-applied":    {Machine: &machinemodel.Answer{Applied: engines.LogID{Index: 3, Term: 1}}},
		"read-metadata":   {Machine: &machinemodel.Answer{Metadata: &engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 2, Term: 1}}}},
	}
	var asked []string
	ok := r.ReadBack(func(a scenarios.Action) (models.Result, bool) {
		asked = append(asked, a.Op.Word())
		answer, ok := answers[a.Op.Word()]
		return models.Result{Answer: &answer}, ok
	})
	if !ok || len(asked) != len(answers) || slices.Contains(asked, "") {
		t.Fatalf("got %v after %v, want all read", ok, asked)
	}
	got := fmt.Sprint(resolved(r, "persist 1\napply 2\ninstall"))
	want := "[persist 4 (term 1) apply 4 reset of the log reset of the machine restore snapshot-1 at 2 (term 1) purge 2 (term 1)]"
	if got != want {
		t.Errorf("got %v, want %s", got, want)
	}
	// That snapshot was shown, and may not be durable: there is no purge for it.
	r.Resolve(MustParse("snapshot")[0])
	if !r.ReadBack(func(a scenarios.Action) (models.Result, bool) {
		answer := answers[a.Op.Word()]
		return models.Result{Answer: &answer}, true
	}) {
		t.Fatal("got nothing read")
	}
	got = fmt.Sprint(resolved(r, "compact"))
	want = "[generate snapshot-4 at 3 (term 1) persist-metadata of snapshot-4 at 3 (term 1) purge 3 (term 1)]"
	if got != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
