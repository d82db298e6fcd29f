package machines_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// live are the canaries whose bug shows without a crash or a fault, by what shows it. The
// others follow the contract as long as there is neither.
var live = map[string]func(t *testing.T, m engines.StateMachine, fs afero.Fs) (broken bool){
	"machine-repeats-applied-again":   repeatsChangeState,
	"machine-get-multi-of-two-states": readsTwoStates,
	"machine-snapshot-not-checked":    takesDamage,
	"machine-stale-snapshot-taken":    takesOlder,
	"machine-sweeper-outlives-close":  leavesGoroutine,
}

func TestContract(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range machines.All() {
		for _, f := range []engines.MachineFactory{c.Twin(), c.Factory()} {
			if tested[f.Name] || live[c.Name] != nil && f.Name == c.Factory().Name {
				continue
			}
			tested[f.Name] = true
			t.Run(f.Name, func(t *testing.T) { enginetest.TestMachine(t, f) })
		}
	}
}

// Every canary says what it is, differs from its twin in the plant alone, and is marked in
// the source where the bug is.
func TestCanaries(t *testing.T) {
	source := sources(t)
	names := map[string]bool{}
	for _, c := range machines.All() {
		if !strings.HasPrefix(c.Name, "machine-") || c.Property == "" || !strings.HasSuffix(c.About, ".") || names[c.Name] {
			t.Errorf("got %+v, want a name of its own, a property and a sentence", c)
		}
		names[c.Name] = true
		if !strings.Contains(source, "// plant: "+c.Name+"\n") {
			t.Errorf("%s: want a comment that marks its plant", c.Name)
		}
		if c.Factory().Name != "canary/"+c.Name || strings.HasPrefix(c.Twin().Name, "canary/") {
			t.Errorf("%s: got factories %s and %s", c.Name, c.Factory().Name, c.Twin().Name)
		}
		planted, twin := engines.MachineClaimsOf(open(t, c.Factory())), engines.MachineClaimsOf(open(t, c.Twin()))
		if planted != twin {
			t.Errorf("%s: got claims %+v, want the twin's %+v", c.Name, planted, twin)
		}
	}
	if len(names) < 14 {
		t.Errorf("got %d canaries, want 14 at least", len(names))
	}
}

// open opens a machine in an empty place.
func open(t *testing.T, f engines.MachineFactory) engines.StateMachine {
	t.Helper()
	m, err := f.Open(engines.Env{FS: newFS(t), Dir: dir})
	must(t, err)
	return m
}

// newFS returns a file system with the machine's directory.
func newFS(t *testing.T) afero.Fs {
	t.Helper()
	fs := afero.NewMemMapFs()
	must(t, fs.Mkdir(dir, 0o755))
	return fs
}

// sources returns the package's files as one text.
func sources(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	must(t, err)
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	var out strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		must(t, err)
		out.Write(text)
	}
	return out.String()
}

// Each property that state machines alone have is broken by a canary.
func TestEveryPropertyHasCanary(t *testing.T) {
	broken := models.SetOf()
	for _, c := range machines.All() {
		broken = broken.With(models.Property(c.Property))
	}
	logs := raftlog.Contract{}.Properties()
	for p := range (machine.Contract{}).Properties().All() {
		if !logs.Has(p) && !broken.Has(p) {
			t.Errorf("no canary breaks %s", p)
		}
	}
}
