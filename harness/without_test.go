package harness_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// appendOnly returns engines like those of f that can be appended to and read. All
// else panics. They may say that they are durable, whatever they are.
func appendOnly(f engines.Factory, durable bool) engines.Factory {
	open := f.Open
	f.Name += "-append-only"
	f.Without = engines.Without{HardState: true, Truncate: true, Purge: true, Reset: true}
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return appendOnlyEngine{e, durable}, err
	}
	return f
}

type appendOnlyEngine struct {
	engines.StorageEngine
	durable bool
}

func (e appendOnlyEngine) LogStore() engines.LogStore {
	return appendOnlyLog{e.StorageEngine.LogStore(), e.durable}
}
func (appendOnlyEngine) MetaStore() engines.MetaStore { return nil }

type appendOnlyLog struct {
	engines.LogStore
	durable bool
}

func (l appendOnlyLog) IsWriteDurable() bool { return l.durable || l.LogStore.IsWriteDurable() }

func (appendOnlyLog) Truncate(context.Context, uint64) error     { panic("truncate is not offered") }
func (appendOnlyLog) Purge(context.Context, engines.LogID) error { panic("purge is not offered") }
func (appendOnlyLog) Reset(context.Context) error                { panic("reset is not offered") }

var notClaimedWithout = []models.Property{
	models.MutationDurable, models.PurgeBoundary, models.HardStateAtomic, models.HardStateDurable, models.TermOrder,
}

// wantAppendOnly wants an outcome that held and claims nothing of what is not offered.
func wantAppendOnly(t *testing.T, o *evidence.Outcome) {
	t.Helper()
	if o.Verdict != evidence.Held || len(o.Without) != 4 {
		t.Errorf("got %s, without %v, want it held without four operations: %v", o.Summary(), o.Without, o.Findings)
	}
	for _, p := range o.Properties {
		if slices.Contains(notClaimedWithout, p.ID) && p.Verdict != evidence.NotClaimed {
			t.Errorf("%s: got %s, want not claimed", p.ID, p.Verdict)
		}
	}
}

func TestEngineWithoutOperations(t *testing.T) {
	wantAppendOnly(t, verify(t, appendOnly(filelog.Factory(small), false), harness.Config{
		Programs: 3, SecondLives: 2, Quick: true,
	}))
}

// A bundle knows what the engine does not offer, and replays the same.
func TestBundleOfEngineWithoutOperations(t *testing.T) {
	f := appendOnly(filelog.BufferedFactory(small), true)
	o := verify(t, f, harness.Config{Profile: crash.StrictPosix(), Programs: -1, Until: harness.UntilRefuted})
	if len(o.Findings) == 0 || o.Findings[0].Property() != models.AckedDurable {
		t.Fatalf("got %s, want it refuted by %s", o.Summary(), models.AckedDurable)
	}
	path := filepath.Join(t.TempDir(), "bundle")
	if err := evidence.WriteCase(path, o.Findings[0]); err != nil {
		t.Fatal(err)
	}
	c, err := evidence.ReadCase(path, logstore.Kind)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Life.Contract().(logmodel.Contract).Without; got != f.Without {
		t.Errorf("got a contract without %v, want without %v", got.Words(), f.Without.Words())
	}
	now, err := harness.Replay(f, c)
	if err != nil || !evidence.IsFirst(now.Verdict, c.Property()) {
		t.Errorf("got %v, %v, want the same finding", now, err)
	}
}

// A close is a call of its own where something is promised of it, and only there.
func TestCloseIsCall(t *testing.T) {
	for _, c := range []struct {
		factory engines.Factory
		want    string
	}{
		{filelog.Factory(small), "[persist close reopen]"},
		{filelog.BufferedFactory(small), "[persist close reopen]"},
		{silent(filelog.BufferedFactory(small)), "[persist reopen]"},
	} {
		recording, err := harness.Record(c.factory, harness.Config{}, raftlog.MustParse("persist 1\nreopen"))
		if err != nil || recording.Failed != nil {
			t.Fatal(err, recording)
		}
		var got []string
		for _, call := range recording.Lives[0].Calls {
			got = append(got, call.Op.Word())
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: got %v, want %v", c.factory.Name, got, c.want)
		}
	}
}
