package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
	"pgregory.net/rapid"
)

func changes(t *rapid.T, d *faultfs.Disk, stepsMax int) {
	for range rapid.IntRange(0, stepsMax).Draw(t, "steps") {
		litmus.Change(t, d)
	}
}

func drawProfile(t *rapid.T) crash.Profile {
	p := rapid.SampledFrom(crash.Profiles()).Draw(t, "profile")
	p.TearBytes = rapid.Bool().Draw(t, "bytes")
	return p
}

// drawJournal is of a disk that may have been booted from a crash, with calls
// around some of what happened, or have lost its process.
func drawJournal(t *rapid.T) *journal.Journal {
	base, err := litmus.ParseImage(rapid.SampledFrom([]string{"d/ d/x=0 x=0", "d/ d/x=5000A!1,8 x=0"}).Draw(t, "base"))
	if err != nil {
		t.Fatal(err)
	}
	d := faultfs.NewDisk(faultfs.Config{Image: base})
	changes(t, d, 10)
	if rapid.Bool().Draw(t, "crash") {
		space := crash.NewSpace(d.Journal(), drawProfile(t))
		point := rapid.SampledFrom(space.Points()).Draw(t, "point")
		img := imageOf(t, space, space.Sample(point, rapid.Uint64().Draw(t, "seed")))
		d = faultfs.NewDisk(faultfs.Config{Image: img})
		changes(t, d, 5)
	}
	if rapid.Bool().Draw(t, "kill") {
		d.Invoke(1)
		litmus.Change(t, d)
		d = d.Kill()
		changes(t, d, 2)
	}
	return d.Journal()
}

func imageOf(t rapid.TB, space *crash.Space, state crash.State) *faultfs.Image {
	img, err := space.Image(state)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func store(t testing.TB, j *journal.Journal) []byte {
	t.Helper()
	text, err := json.Marshal(j.Record())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func load(text []byte) (*journal.Journal, error) {
	var r journal.Record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	return r.Journal()
}

// TestStoredJournal: what was stored has the same effects under the same
// numbers, and the same images.
func TestStoredJournal(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		was := drawJournal(r)
		text := store(t, was)
		is, err := load(text)
		if err != nil {
			r.Fatal(err)
		}
		if !bytes.Equal(store(t, is), text) {
			r.Fatal("stored again, the journal differs")
		}
		profile := drawProfile(r)
		sameSpace(r, crash.NewSpace(was, profile), crash.NewSpace(is, profile))
	})
}

func sameSpace(t *rapid.T, was, is *crash.Space) {
	if !slices.Equal(was.Points(), is.Points()) {
		t.Fatalf("points: got %v, want %v", is.Points(), was.Points())
	}
	for _, point := range was.Points() { // each effect is pending at one of them
		ids := was.Lost(crash.State{Point: point, Lost: true})
		if got := is.Lost(crash.State{Point: point, Lost: true}); !slices.Equal(got, ids) {
			t.Fatalf("pending at %d: got %v, want %v", point, got, ids)
		}
		for _, id := range ids {
			got, want := is.Effect(id), was.Effect(id)
			if got != want || !slices.Equal(is.Needs(id), was.Needs(id)) {
				t.Fatalf("effect %d: got %+v, want %+v", id, got, want)
			}
		}
	}
	plan := crash.Plan{Max: [...]int{10, 10, 10, 10, 4}, AllMax: 3}
	var states []crash.State
	var keys []digest.Digest
	for c := range was.Walk(plan) {
		states, keys = append(states, c.State()), append(keys, c.Key())
	}
	i := 0
	for c := range is.Walk(plan) {
		if c.Key() != keys[i] || c.State().String() != states[i].String() {
			t.Fatalf("state %d: got %v, want %v", i, c.State(), states[i])
		}
		if got, want := imageOf(t, is, states[i]), imageOf(t, was, states[i]); got.Hash() != want.Hash() {
			t.Fatalf("%v: got\n%vwant\n%v", states[i], got, want)
		}
		i++
	}
	if i != len(states) {
		t.Fatalf("got %d states, want %d", i, len(states))
	}
}

// TestStoredJournalGoesOn: a disk resumed from a stored journal journals as one
// that never stopped, and its own events' stacks are known besides.
func TestStoredJournalGoesOn(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	touch := func(name string) {
		if f, err := d.Create(name); err != nil {
			t.Fatal(err)
		} else if _, err := f.WriteString(name); err != nil {
			t.Fatal(err)
		}
	}
	touch("first")
	stored, err := load(store(t, d.Journal()))
	if err != nil {
		t.Fatal(err)
	}
	d = faultfs.Resume(faultfs.Config{}, stored)
	touch("second")
	j := d.Journal()
	text := store(t, j)
	if again, err := load(text); err != nil || !bytes.Equal(store(t, again), text) {
		t.Errorf("a journal that went on: %v, or it differs", err)
	}
	last := j.Events[len(j.Events)-1]
	if last.Stack < len(stored.Stacks) || last.Stack >= len(j.Stacks) {
		t.Errorf("new event cites stack %d, want one of %d to %d", last.Stack, len(stored.Stacks), len(j.Stacks)-1)
	}
}

// smallRecord is a journal with each kind of event.
func smallRecord(t testing.TB) journal.Record {
	t.Helper()
	d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Path: "f", Times: 1}, {Call: fault.Write, Nth: 2, Path: "f", Times: 1}}})
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.Mkdir("dir", 0o755))
	d.Invoke(1)
	f, err := d.Create("dir/f")
	must(err)
	file := f.(*faultfs.File)
	_, err = file.WriteString("hello")
	must(err)
	must(file.Preallocate(0, 100))
	must(file.SyncRange(0, 5))
	must(file.SyncData())
	must(file.Truncate(2))
	must(d.Link("dir/f", "g"))
	must(d.Rename("g", "h"))
	must(d.Remove("h"))
	must(d.Chmod("dir/f", 0o600))
	must(d.SymlinkIfPossible("f", "dir/s"))
	must(litmus.Rename(d, "dir/s", "dir/f", inodes.RenameExchange))
	must(litmus.Rename(d, "dir/s", "dir/f", inodes.RenameExchange))
	if err := file.Sync(); !errors.Is(err, fault.ErrInjected) {
		t.Fatal("the sync went well")
	}
	if _, err := file.WriteString("x"); !errors.Is(err, fault.ErrInjected) {
		t.Fatal("the write went well")
	}
	must(litmus.Step(d, "dirsync dir while chmod dir/f 644"))
	d.Return(1)
	return d.Kill().Journal().Record()
}

func TestStoredEventsOfEachKind(t *testing.T) {
	seen := map[journal.EventKind]bool{}
	for _, e := range smallRecord(t).Events {
		seen[e.Kind] = true
	}
	for kind := journal.EventWrite; kind.String() != "unknown"; kind++ {
		if !seen[kind] {
			t.Errorf("no %s in the journal that the other tests alter", kind)
		}
	}
}

// TestUnknownKind: an event whose kind is no word is refused where it is read.
func TestUnknownKind(t *testing.T) {
	for _, kind := range []string{"frob", "", "unknown"} {
		var e journal.Event
		if err := json.Unmarshal([]byte(`{"kind":"`+kind+`"}`), &e); !errors.Is(err, journal.ErrRecord) {
			t.Errorf("%q: got %v, want ErrRecord", kind, err)
		}
	}
}

// TestAlteredRecord: each alteration is refused.
func TestAlteredRecord(t *testing.T) {
	find := func(r *journal.Record, kind journal.EventKind) *journal.Event {
		for i := range r.Events {
			if r.Events[i].Kind == kind {
				return &r.Events[i]
			}
		}
		t.Fatalf("no %v", kind)
		return nil
	}
	for name, alter := range map[string]func(*journal.Record){
		"newer version":               func(r *journal.Record) { r.Version++ },
		"older version":               func(r *journal.Record) { r.Version-- },
		"fault of no call":            func(r *journal.Record) { find(r, journal.EventFault).Failed = fault.AnyCall },
		"fault that cannot be":        func(r *journal.Record) { find(r, journal.EventFault).Error = fault.EMFILE },
		"fault of none":               func(r *journal.Record) { find(r, journal.EventFault).Ino = 77 },
		"write that failed":           func(r *journal.Record) { find(r, journal.EventWrite).Failed = fault.Write },
		"failed sync that is a write": func(r *journal.Record) { find(r, journal.EventSyncFail).Failed = fault.Write },
		"failed sync that lands":      func(r *journal.Record) { find(r, journal.EventSyncFail).Lands = true },
		"armed in the future":         func(r *journal.Record) { r.Armed[0].Events = len(r.Events) + 1 },
		"armed in no order":           func(r *journal.Record) { r.Armed[0].Events = 1 },
		"no fault":                    func(r *journal.Record) { r.Armed[0].Fault.Nth = 0 },
		"count of no fault":           func(r *journal.Record) { r.Counts[0].Fault = 9 },
		"count in no order":           func(r *journal.Record) { r.Counts[0].Events = int32(len(r.Events)) },
		"more fired than matched":     func(r *journal.Record) { r.Counts[0].Fired = r.Counts[0].Matched + 1 },
		"no base":                     func(r *journal.Record) { r.Base = nil },
		"root a file":                 func(r *journal.Record) { r.Base[0].Dir = false },
		"no such kind":                func(r *journal.Record) { r.Events[0].Kind = 200 },
		"no kind":                     func(r *journal.Record) { r.Events[0].Kind = 0 },
		"sync before start":           func(r *journal.Record) { find(r, journal.EventSyncData).During = 1 << 40 },
		"sync of the future":          func(r *journal.Record) { find(r, journal.EventSyncData).During = -1 },
		"write that took long":        func(r *journal.Record) { find(r, journal.EventWrite).During = 1 },
		"no such stack":               func(r *journal.Record) { find(r, journal.EventWrite).Stack = 1 << 40 },
		"negative stack":              func(r *journal.Record) { find(r, journal.EventWrite).Stack = -1 },
		"write to directory":          func(r *journal.Record) { find(r, journal.EventWrite).Ino = 1 },
		"write to none":               func(r *journal.Record) { find(r, journal.EventWrite).Ino = 77 },
		"write of nothing":            func(r *journal.Record) { find(r, journal.EventWrite).Data = nil },
		"write before start":          func(r *journal.Record) { find(r, journal.EventWrite).Off = -1 },
		"write far away":              func(r *journal.Record) { find(r, journal.EventWrite).Off = 1<<63 - 1 },
		"resize below 0":              func(r *journal.Record) { find(r, journal.EventResize).Off = -1 },
		"resize too far":              func(r *journal.Record) { find(r, journal.EventResize).Off = 1 << 50 },
		"inode skipped":               func(r *journal.Record) { find(r, journal.EventCreate).Ino++ },
		"inode again":                 func(r *journal.Record) { find(r, journal.EventCreate).Ino-- },
		"name taken": func(r *journal.Record) {
			find(r, journal.EventCreate).Path, find(r, journal.EventCreate).Dir = "/dir", 1
		},
		"no such parent":          func(r *journal.Record) { find(r, journal.EventCreate).Path = "/none/f" },
		"other parent":            func(r *journal.Record) { find(r, journal.EventCreate).Dir = 1 },
		"unclean path":            func(r *journal.Record) { find(r, journal.EventCreate).Path = "/dir//f" },
		"link to directory":       func(r *journal.Record) { find(r, journal.EventLink).Ino = 2 },
		"write to a link":         func(r *journal.Record) { find(r, journal.EventWrite).Ino = find(r, journal.EventSymlink).Ino },
		"no target":               func(r *journal.Record) { find(r, journal.EventSymlink).Data = nil },
		"long target":             func(r *journal.Record) { find(r, journal.EventSymlink).Data = bytes.Repeat([]byte("x"), 4096) },
		"exchange with none":      func(r *journal.Record) { find(r, journal.EventExchange).ToPath = "/dir/none" },
		"exchange with itself":    func(r *journal.Record) { find(r, journal.EventExchange).ToPath = "/dir/s" },
		"exchange of another":     func(r *journal.Record) { find(r, journal.EventExchange).Ino = 2 },
		"exchange elsewhere":      func(r *journal.Record) { find(r, journal.EventExchange).ToDir = 1 },
		"exchange from elsewhere": func(r *journal.Record) { find(r, journal.EventExchange).Dir = 1 },
		"exchange within itself": func(r *journal.Record) {
			*find(r, journal.EventExchange) = journal.Event{
				Kind: journal.EventExchange, Ino: 2, Dir: 1, Path: "/dir", ToDir: 2, ToPath: "/dir/f",
			}
		},
		"path through a link": func(r *journal.Record) {
			r.Base[0].Names = []journal.NameRecord{{Name: "l", Ino: 2}}
			r.Base = append(r.Base, journal.InodeRecord{Target: "."})
			r.Events = []journal.Event{{Kind: journal.EventCreate, Ino: 3, Dir: 1, Path: "/l/f"}}
		},
		"target of a directory": func(r *journal.Record) { r.Base[0].Target = "x" },
		"target and size": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Target: "x", Size: 1})
		},
		"target and bytes": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Target: "x", Data: []journal.ExtentRecord{{Off: 0, Data: make([]byte, tree.PageBytes)}}})
		},
		"target with a zero": func(r *journal.Record) { r.Base = append(r.Base, journal.InodeRecord{Target: "x\x00"}) },
		"removes another":    func(r *journal.Record) { find(r, journal.EventRemove).Ino = 2 },
		"removes full": func(r *journal.Record) {
			*find(r, journal.EventRemove) = journal.Event{Kind: journal.EventRemove, Ino: 2, Dir: 1, Path: "/dir"}
		},
		"rename into itself": func(r *journal.Record) {
			*find(r, journal.EventRename) = journal.Event{Kind: journal.EventRename, Ino: 2, Dir: 1, Path: "/dir", ToDir: 2, ToPath: "/dir/x"}
		},
		"rename to itself": func(r *journal.Record) { find(r, journal.EventRename).ToPath = "/g" },
		"names in a file": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Names: []journal.NameRecord{{Name: "x", Ino: 1}}})
		},
		"name of none": func(r *journal.Record) { r.Base[0].Names = []journal.NameRecord{{Name: "x", Ino: 9}} },
		"bad name":     func(r *journal.Record) { r.Base[0].Names = []journal.NameRecord{{Name: "..", Ino: 1}} },
		"ring":         func(r *journal.Record) { r.Base[0].Names = []journal.NameRecord{{Name: "x", Ino: 1}} },
		"huge file":    func(r *journal.Record) { r.Base = append(r.Base, journal.InodeRecord{Size: 1 << 60}) },
		"huge files": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Size: 3 << 30}, journal.InodeRecord{Size: 3 << 30})
		},
		"half a page": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Size: 9, Data: []journal.ExtentRecord{{Off: 0, Data: make([]byte, 9)}}})
		},
		"unreadable directory": func(r *journal.Record) { r.Base[0].Unreadable = []int64{0} },
		"bytes behind the end": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Size: 9, Data: []journal.ExtentRecord{{Off: 0, Data: bytes.Repeat([]byte{1}, tree.PageBytes)}}})
		},
		"extent far away": func(r *journal.Record) {
			r.Base = append(r.Base, journal.InodeRecord{Size: 9, Data: []journal.ExtentRecord{{Off: 1<<63 - tree.PageBytes, Data: make([]byte, tree.PageBytes)}}})
		},
	} {
		r := smallRecord(t)
		alter(&r)
		if _, err := r.Journal(); !errors.Is(err, journal.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
}

// FuzzJournal: whatever the bytes are, loading them gives an error or a journal
// that can be stored again, whose states can be built.
func FuzzJournal(f *testing.F) {
	f.Add(store(f, &journal.Journal{Base: faultfs.EmptyImage()}))
	text, err := json.Marshal(smallRecord(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		j, err := load(text)
		if err != nil {
			return
		}
		again, err := load(store(t, j))
		if err != nil || !reflect.DeepEqual(again.Events, j.Events) && fmt.Sprint(again.Events) != fmt.Sprint(j.Events) {
			t.Fatalf("stored again: %v, or it differs", err)
		}
		for _, profile := range []crash.Profile{crash.StrictPosix(), crash.Btrfs()} {
			space := crash.NewSpace(j, profile)
			for c := range space.Walk(crash.Plan{Max: [...]int{3, 3, 3, 3, 3}, AllMax: 1}) {
				state := c.State()
				if err := space.Check(state); err != nil {
					t.Fatalf("%v: %v", state, err)
				}
				imageOf(t, space, state)
			}
		}
	})
}
