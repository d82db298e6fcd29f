package pebblemachine

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/pebblestore"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
	"github.com/ackproof/ackproof/internal/digest"
)

// step is a call in the life of a machine, and whether its change is durable when it
// returns.
type step struct {
	durable durability
	do      func(context.Context, engines.StateMachine) error
}

type durability int

const (
	never durability = iota
	inDurableForm
	always
)

// steps is a life with every kind of change. Values are small: a torn record of the log
// takes Pebble long.
func steps() []step {
	var taken engines.SnapshotMetadata
	applies := func(commands ...engines.Command) step {
		return step{inDurableForm, func(ctx context.Context, m engines.StateMachine) error { return apply(ctx, m, commands...) }}
	}
	swap := engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte("a"), Expected: []byte("1"), Value: []byte("2")}
	return []step{
		applies(put("a", "1"), put("b", "1"), put("", "none")),
		applies(swap, del("b"), put("c", "3")),
		{always, flush},
		applies(put("d", strings.Repeat("x", 600)), put("e", "2")),
		{never, func(ctx context.Context, m engines.StateMachine) error {
			m.UpdateLastApplied(engines.LogID{Index: m.LastApplied().Index + 3, Term: 2})
			return nil
		}},
		applies(put("a", "4"), del("d")),
		{never, func(ctx context.Context, m engines.StateMachine) (err error) {
			taken.LastIncluded = m.LastApplied()
			taken.Checksum, err = m.GenerateSnapshotData(ctx, "/snapshots/one", taken.LastIncluded)
			return err
		}},
		{always, func(ctx context.Context, m engines.StateMachine) error { return m.PersistSnapshotMetadata(ctx, taken) }},
		applies(put("f", "5")),
		{always, func(ctx context.Context, m engines.StateMachine) error { return m.Reset(ctx) }},
		applies(put("g", "6"), put("a", "7")),
		{always, func(ctx context.Context, m engines.StateMachine) error {
			return m.ApplySnapshotFromFile(ctx, taken, "/snapshots/one")
		}},
		applies(put("h", "8")),
		{always, func(ctx context.Context, m engines.StateMachine) error { return m.Stop(ctx) }},
	}
}

func flush(ctx context.Context, m engines.StateMachine) error { return m.Flush(ctx) }

// life is what a machine did to a disk.
type life struct {
	disk  *faultfs.Disk
	calls []call
	// shows are what the machine showed at first and after each call.
	shows []string
}

type call struct {
	invoked, returned int
	durable           bool
}

// live runs the steps on a machine that was made before, or on an empty directory.
func live(t *testing.T, buffered, empty bool) life {
	t.Helper()
	made := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	for _, dir := range []string{testDir, "/snapshots"} {
		must(t, made.Mkdir(dir, 0o755))
	}
	if !empty {
		must(t, startOn(t, made, buffered).Close())
	}
	l := life{disk: faultfs.NewDisk(faultfs.Config{Image: made.Image(), NoStacks: true})}
	m := startOn(t, l.disk, buffered)
	l.shows = []string{show(t, m)}
	for i, s := range steps() {
		c := call{invoked: l.disk.Invoke(i + 1), durable: s.durable == always || s.durable == inDurableForm && !buffered}
		must(t, s.do(t.Context(), m))
		c.returned = l.disk.Return(i + 1)
		must(t, m.Start(t.Context()))
		l.calls, l.shows = append(l.calls, c), append(l.shows, show(t, m))
	}
	return l
}

func startOn(t *testing.T, disk *faultfs.Disk, buffered bool) engines.StateMachine {
	t.Helper()
	return start(t, Options{FS: pebblefs.New(disk), Buffered: buffered}, disk)
}

// legal returns what may be shown after a crash at a time: what was durable, or anything
// newer.
func (l life) legal(time int) []string {
	from, to := 0, 0
	for i, c := range l.calls {
		if c.returned <= time && c.durable {
			from = i + 1
		}
		if c.invoked <= time {
			to = i + 1
		}
	}
	return l.shows[from : to+1]
}

// Whatever a power failure leaves, the machine opens, in a state that it went through and
// that is not older than what is durable, which a second open shows too, and goes on.
func TestEveryCrash(t *testing.T) {
	for _, tt := range []struct {
		name            string
		buffered, empty bool
	}{{name: "durable"}, {name: "buffered", buffered: true}, {name: "made meanwhile", empty: true}} {
		for _, profile := range crash.Profiles() {
			t.Run(tt.name+"/"+profile.Name, func(t *testing.T) {
				l := live(t, tt.buffered, tt.empty)
				explore(t, crash.NewSpace(l.disk.Journal(), profile), func(c crash.Candidate, image *faultfs.Image) {
					recoverFrom(t, image, tt.buffered, l.legal(c.Point()))
				})
			})
		}
	}
}

// explore has each image of a space looked at once, until one fails.
func explore(t *testing.T, space *crash.Space, look func(crash.Candidate, *faultfs.Image)) {
	t.Helper()
	plan := crash.Plan{PointsMax: 40}
	for _, stage := range crash.Stages() {
		plan.Max[stage] = 24
	}
	if testing.Short() {
		plan.PointsMax = 8
	}
	seen := map[digest.Digest]bool{}
	for c := range space.Walk(plan) {
		if seen[c.Key()] {
			continue
		}
		seen[c.Key()] = true
		image, err := space.Image(c.State())
		must(t, err)
		if look(c, image); t.Failed() {
			t.Fatalf("at %v", c.State())
		}
	}
	t.Logf("%d states", len(seen))
}

func recoverFrom(t *testing.T, image *faultfs.Image, buffered bool, legal []string) {
	t.Helper()
	disk := faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true})
	m, err := Open(Options{FS: pebblefs.New(disk), Dir: testDir, ReadOnly: true, Tune: pebblestore.Small}, disk)
	readOnly := ""
	if err == nil { // it refuses a directory without a machine
		must(t, m.Start(t.Context()))
		readOnly = show(t, m)
		must(t, m.Close())
	}
	m = startOn(t, disk, buffered)
	shown := show(t, m)
	if !slices.Contains(legal, shown) || err == nil && readOnly != shown {
		t.Errorf("got %q, and read-only %q, %v, want one of %q", shown, readOnly, err, legal)
	}
	must(t, m.Close())
	m = startOn(t, disk, buffered)
	if again := show(t, m); again != shown {
		t.Errorf("got %q from a second open, want %q", again, shown)
	}
	must(t, apply(t.Context(), m, put("z", "9")))
	must(t, m.Flush(t.Context()))
	must(t, m.Close())
}

// What the buffered form leaves for later is lost, or the cases above show nothing; and a
// sync covers the file of the log before, which Pebble leaves when it is full.
func TestPowerFailureTakesWhatWasNotSynced(t *testing.T) {
	fill := func(ctx context.Context, m engines.StateMachine) error {
		for range 60 {
			if err := apply(ctx, m, put("a", strings.Repeat("v", 2500))); err != nil {
				return err
			}
		}
		return nil
	}
	firstTwo := []func(context.Context, engines.StateMachine) error{steps()[0].do, steps()[1].do}
	for _, tt := range []struct {
		name     string
		buffered bool
		do       []func(context.Context, engines.StateMachine) error
		want     string
	}{
		{"durable", false, firstTwo, "=none a=2 c=3 at 6/1"},
		{"buffered", true, firstTwo, "at 0/0"},
		{"buffered, flushed after the log was rotated", true, []func(context.Context, engines.StateMachine) error{fill, flush}, "a=2500 bytes of v at 60/1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fs := vfs.NewCrashableMem()
			m := start(t, Options{FS: fs, Buffered: tt.buffered, Tune: pebblestore.Small}, nil)
			for _, do := range tt.do {
				must(t, do(t.Context(), m))
			}
			// The zero CrashCloneCfg keeps only what was synced.
			after := start(t, Options{FS: fs.CrashClone(vfs.CrashCloneCfg{})}, nil)
			if got := show(t, after); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			must(t, after.Close())
			must(t, m.Close())
		})
	}
}
