package harness

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// swept returns the outcome of a run of some programs whose calls fail as f says.
func swept(t *testing.T, e engines.Factory, f Faults, p crash.Profile, texts ...string) *evidence.Outcome {
	t.Helper()
	c := Config{Profile: p, Faults: f, Programs: -1, Depth: -1}
	for _, text := range texts {
		c.Only = append(c.Only, scenarios.NamedProgram{Name: "one", Program: raftlog.MustParse(text)})
	}
	o, err := Verify(context.Background(), e, c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const tinyProgram = "save-hard-state term=+1\npersist 2\nreopen\n"

// TestFaultsFire: each fault of a sweep fires, most of them surface, and an engine that
// does what it can is not refuted, in whatever way they are chosen.
func TestFaultsFire(t *testing.T) {
	tried := map[Faults]int{}
	for _, f := range []Faults{FaultsNone, FaultsShare, FaultsIO, FaultsSpace, FaultsAll} {
		o := swept(t, filelog.Factory(filelog.Options{}), f, crash.Ext4Ordered(), tinyProgram)
		got := o.Tally.Faults
		if o.Verdict != evidence.Held || got.Fired != got.Tried || len(o.NotFired) > 0 || got.Surfaced+got.Masked != got.Fired {
			t.Errorf("%s: got %v, %+v, not fired %q, %v", f, o.Verdict, got, o.NotFired, o.Findings)
		}
		if f != FaultsNone && (got.Surfaced < got.Masked || got.Tried+1 != o.Tally.Programs) {
			t.Errorf("%s: got %+v in %d programs", f, got, o.Tally.Programs)
		}
		tried[f] = got.Tried
	}
	if tried[FaultsNone] != 0 || tried[FaultsShare] < 30 || tried[FaultsShare] > tried[FaultsIO] || tried[FaultsIO] > tried[FaultsAll] || tried[FaultsSpace] > tried[FaultsAll] {
		t.Errorf("got %v", tried)
	}
}

// deafFactory has an engine that does not hear of a failed fsync.
var deafFactory = engines.Factory{Name: "deaf", Open: func(env engines.Env) (engines.StorageEngine, error) {
	always := func(error) bool { return true }
	return filelog.Open(filelog.Options{FS: watchedFS{env.FS, always}, Dir: env.Dir})
}}

// TestBelievedFsyncIsRefuted: an engine that does not hear of a failed fsync falls, by the
// property for that, under each profile.
func TestBelievedFsyncIsRefuted(t *testing.T) {
	profiles := crash.Profiles()
	if testing.Short() {
		profiles = profiles[:2]
	}
	for _, p := range profiles {
		o := swept(t, deafFactory, FaultsShare, p, "persist 1\npersist 1\n")
		if !o.Has(models.ErrorSurfaced) {
			t.Errorf("%s: got %v, %v, want that %s is broken", p.Name, o.Verdict, o.Findings, models.ErrorSurfaced)
		}
		for _, f := range o.Findings {
			faults := slices.DeleteFunc(slices.Clone(f.Program), func(s scenarios.Step) bool { return !s.Kind.IsFault() })
			if len(faults) != 1 || !faults[0].Fault.Call.IsSync() {
				t.Errorf("%s: got the program %v, want one with the fault that matters", p.Name, f.Program)
			}
		}
	}
}

// TestSweptPrograms: what begins without a store, or has crashes, faults or overlapping
// calls, is swept no more, and neither is what is heavy.
func TestSweptPrograms(t *testing.T) {
	c := Config{}
	for _, text := range []string{
		tinyProgram, "first-open\npersist 1", "persist 1\ncrash lose=nothing", "fail fsync 1\npersist 1",
		"concurrently {\n  persist 1\n}", "hold fsync 1 until 1 calls returned\npersist 1", "persist 3 size=100000",
	} {
		c.Only = append(c.Only, scenarios.NamedProgram{Name: text, Program: raftlog.MustParse(text)})
	}
	if got := c.sweptPrograms(raftlog.Language); len(got) != 1 || got[0].Name != tinyProgram {
		t.Errorf("got %v, want the first alone", got)
	}
	c.Only, c.Faults = nil, FaultsShare
	if got := c.sweptPrograms(raftlog.Language); len(got) != 1 || got[0].Name != raftlog.Language.EveryCall().Name {
		t.Errorf("got %v", got)
	}
}

// sitesOf returns the calls that the file engine makes in a program, and how its files grow.
func sitesOf(t *testing.T, o filelog.Options, program string) ([]faultSite, []growth) {
	t.Helper()
	c := Config{Profile: crash.Ext4Ordered()}.resolved()
	h, err := host.New(logstore.Of(filelog.Factory(o)), c.options(""))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	made, _, err := makeStore(h, c.Profile)
	if err != nil {
		t.Fatal(err)
	}
	base := scenarios.NamedProgram{Program: raftlog.MustParse(program)}
	sites, grown, err := faultBase{h, made}.sites(sweeping{FaultsAll, c.Profile, base, raftlog.Language})
	if err != nil {
		t.Fatal(err)
	}
	return sites, grown
}

// TestFaultSites: the calls are those that the engine makes.
func TestFaultSites(t *testing.T) {
	sites, grown := sitesOf(t, filelog.Options{}, "save-hard-state term=+1\npersist 1 size=1000\npersist 1 size=1000\nread-last-index")
	third := slices.DeleteFunc(slices.Clone(sites), func(s faultSite) bool { return s.step != 2 })
	if want := []faultSite{{2, fault.Write, 1, 1}, {2, fault.Fsync, 1, 2}}; !slices.Equal(third, want) {
		t.Errorf("got %v in the second persist, want %v", third, want)
	}
	if slices.ContainsFunc(sites, func(s faultSite) bool { return s.step == 3 }) {
		t.Errorf("got calls in a read from memory: %v", sites)
	}
	if last := grown[len(grown)-1]; last.step != 2 || last.bytes() < 1000 || last.bytes() > 1200 {
		t.Errorf("got %+v, want that the second persist adds its entry", last)
	}
}

// TestFills: a sweep has the disk full around each byte at which a call ends, and never where
// there is space for all.
func TestFills(t *testing.T) {
	g := growth{after: []int{1, 100, 4196}}
	for which, want := range map[Faults][]int{
		FaultsShare: {0, 2098, 4195},
		FaultsSpace: {0, 1, 2, 50, 99, 100, 101, 2098, 2148, 4195},
	} {
		if got := which.fills(g); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", which, got, want)
		}
	}
	for i := range 1000 {
		g.after = append(g.after, 5000+i*100)
	}
	got := FaultsAll.fills(g)
	if len(got) != fillsMax || got[0] != 0 || !slices.IsSorted(got) || len(slices.Compact(got)) != fillsMax {
		t.Errorf("got %d: %v", len(got), got)
	}
}

// TestFillsWhereCallsEnd: a batch that fills a file and begins the next is written in several
// calls, and each is found.
func TestFillsWhereCallsEnd(t *testing.T) {
	_, grown := sitesOf(t, filelog.Options{SegmentBytes: 4096}, "persist 3 size=1500\npersist 1 size=1500")
	if last := grown[len(grown)-1]; last.step != 1 || len(last.after) < 2 || !slices.IsSorted(last.after) {
		t.Errorf("got %+v, want each call that the next file takes", grown)
	}
}

// TestCrashesBeforeTheFaultAreLeftOut: they are those of the program without it.
func TestCrashesBeforeTheFaultAreLeftOut(t *testing.T) {
	c := Config{Profile: crash.Ext4Ordered(), Only: []scenarios.NamedProgram{}}.resolved()
	out, err := Record(filelog.Factory(filelog.Options{}), c, raftlog.MustParse("persist 1\nfail fsync 1\npersist 1\npersist 1"))
	if err != nil {
		t.Fatal(err)
	}
	l := out.Lives[0]
	x := &exploration{faulted: true}
	got := x.sharedUntil(l)
	if got < l.Calls[0].Returned || !l.Journal.Events[got].IsFault() {
		t.Errorf("got %d, want the time of the fault in\n%v", got, l.Journal.Events)
	}
	if x.faulted = false; x.sharedUntil(l) != -1 {
		t.Errorf("got %d for a program of its own", x.sharedUntil(l))
	}
}

// TestSweepIsTheSameTwice: the programs and what is said of them depend on the seed alone.
func TestSweepIsTheSameTwice(t *testing.T) {
	faults := FaultsAll
	if testing.Short() {
		faults = FaultsShare
	}
	one := swept(t, filelog.BufferedFactory(filelog.Options{}), faults, crash.StrictPosix(), tinyProgram)
	two := swept(t, filelog.BufferedFactory(filelog.Options{}), faults, crash.StrictPosix(), tinyProgram)
	if !reflect.DeepEqual(one.Tally, two.Tally) || one.Verdict != two.Verdict {
		t.Errorf("got\n%+v and\n%+v", one.Tally, two.Tally)
	}
}

// TestCheckFaults: a word that says nothing is refused.
func TestCheckFaults(t *testing.T) {
	for _, f := range []Faults{"", FaultsNone, FaultsShare, FaultsAll} {
		if err := CheckFaults(f); err != nil {
			t.Errorf("%q: got %v", f, err)
		}
	}
	if err := CheckFaults("some"); err == nil || !strings.Contains(err.Error(), "want none, share, io, space or all") {
		t.Errorf("got %v", err)
	}
}

// What a subject can do more than others is asked of it behind the step in which a call
// fails, and behind the flush after that.
func TestAbilitiesAfterFault(t *testing.T) {
	base := scenarios.NamedProgram{Name: "base", Program: raftlog.MustParse("# ackproof program v1\npersist 1\nflush\n")}
	for _, c := range []struct {
		has  bool
		want string
	}{
		{false, "persist 1\nfail fsync 1\nflush\nflush\npersist 1\nflush\nreopen\npersist 1\n"},
		{true, "persist 1\nfail fsync 1\nflush\nread-durable-index\nflush\npersist 1\nflush\nread-durable-index\nreopen\npersist 1\n"},
	} {
		s := sweeping{FaultsShare, crash.Ext4Ordered(), base, raftlog.Language.For(logmodel.Contract{DurableIndex: c.has})}
		got := s.failing(faultSite{step: 1, call: fault.Fsync, nth: 1})[0].Program.String()
		if !strings.HasSuffix(got, c.want) || strings.Count(got, "\n") > strings.Count(c.want, "\n")+1 {
			t.Errorf("with the ability %v: got\n%s\nwant\n%s", c.has, got, c.want)
		}
	}
}
