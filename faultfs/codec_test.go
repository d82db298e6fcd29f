package faultfs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawJournal is what scribble does to a disk, which may have been booted from a
// crash, with calls around some of it, or have lost its process.
func drawJournal(t *rapid.T) *Journal {
	d := NewDisk(Config{})
	scribble(t, d, rapid.IntRange(0, 10).Draw(t, "steps"))
	if rapid.Bool().Draw(t, "crash") {
		space := NewSpace(d.Journal(), drawProfile(t))
		point := rapid.SampledFrom(space.Points()).Draw(t, "point")
		d = NewDisk(Config{Image: space.Image(space.Sample(point, rapid.Uint64().Draw(t, "seed")))})
		scribble(t, d, 5)
	}
	if rapid.Bool().Draw(t, "kill") {
		d.Invoke(1)
		scribble(t, d, 1)
		d = d.Kill()
		scribble(t, d, 2)
	}
	return d.Journal()
}

func store(t testing.TB, j *Journal) []byte {
	t.Helper()
	text, err := json.Marshal(j.Record())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func load(text []byte) (*Journal, error) {
	var r JournalRecord
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
		sameSpace(r, NewSpace(was, profile), NewSpace(is, profile))
	})
}

func sameSpace(t *rapid.T, was, is *Space) {
	if !slices.Equal(was.Points(), is.Points()) {
		t.Fatalf("points: got %v, want %v", is.Points(), was.Points())
	}
	if len(was.effects) != len(is.effects) {
		t.Fatalf("effects: got %d, want %d", len(is.effects), len(was.effects))
	}
	for id := range was.effects {
		got, want := is.Effect(EffectID(id)), was.Effect(EffectID(id))
		if got != want || !slices.Equal(is.Needs(EffectID(id)), was.Needs(EffectID(id))) {
			t.Fatalf("effect %d: got %+v, want %+v", id, got, want)
		}
	}
	plan := Plan{Max: [stageCount]int{10, 10, 10, 10, 4}, AllMax: 3}
	wants := was.States(plan)
	var states []CrashState
	var keys []Digest
	for c := range wants {
		states, keys = append(states, c.State()), append(keys, c.Key())
	}
	i := 0
	for c := range is.States(plan) {
		if c.Key() != keys[i] || c.State().String() != states[i].String() {
			t.Fatalf("state %d: got %v, want %v", i, c.State(), states[i])
		}
		if got, want := is.Image(states[i]), was.Image(states[i]); got.Hash() != want.Hash() {
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
	d := NewDisk(Config{})
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
	d = Resume(Config{}, stored)
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
func smallRecord(t testing.TB) JournalRecord {
	t.Helper()
	d := NewDisk(Config{Faults: []Fault{{Path: "f", Skip: 1}}})
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.Mkdir("dir", 0o755))
	d.Invoke(1)
	f, err := d.Create("dir/f")
	must(err)
	file := f.(*File)
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
	must(renameInodes(d, "dir/s", "dir/f", RenameExchange))
	must(renameInodes(d, "dir/s", "dir/f", RenameExchange))
	if err := file.Sync(); !errors.Is(err, ErrInjected) {
		t.Fatal("the second sync went well")
	}
	syncDir(d, "dir")
	d.Return(1)
	return d.Kill().Journal().Record()
}

func TestStoredEventsOfEachKind(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range smallRecord(t).Events {
		seen[e.Kind] = true
	}
	for kind := EventWrite; kind.String() != "unknown"; kind++ {
		name := kind.String()
		if !seen[name] {
			t.Errorf("no %s in the journal that the other tests alter", name)
		}
	}
}

// TestAlteredRecord: each alteration is refused.
func TestAlteredRecord(t *testing.T) {
	find := func(r *JournalRecord, kind EventKind) *EventRecord {
		for i := range r.Events {
			if r.Events[i].Kind == kind.String() {
				return &r.Events[i]
			}
		}
		t.Fatalf("no %v", kind)
		return nil
	}
	for name, alter := range map[string]func(*JournalRecord){
		"version":                 func(r *JournalRecord) { r.Version++ },
		"no base":                 func(r *JournalRecord) { r.Base = nil },
		"root a file":             func(r *JournalRecord) { r.Base[0].Dir = false },
		"no such kind":            func(r *JournalRecord) { r.Events[0].Kind = "frob" },
		"empty kind":              func(r *JournalRecord) { r.Events[0].Kind = "" },
		"no such stack":           func(r *JournalRecord) { find(r, EventWrite).Stack = 1 << 40 },
		"negative stack":          func(r *JournalRecord) { find(r, EventWrite).Stack = -1 },
		"write to directory":      func(r *JournalRecord) { find(r, EventWrite).Ino = 1 },
		"write to none":           func(r *JournalRecord) { find(r, EventWrite).Ino = 77 },
		"write of nothing":        func(r *JournalRecord) { find(r, EventWrite).Data = nil },
		"write before start":      func(r *JournalRecord) { find(r, EventWrite).Off = -1 },
		"write far away":          func(r *JournalRecord) { find(r, EventWrite).Off = 1<<63 - 1 },
		"resize below 0":          func(r *JournalRecord) { find(r, EventResize).Off = -1 },
		"resize too far":          func(r *JournalRecord) { find(r, EventResize).Off = 1 << 50 },
		"inode skipped":           func(r *JournalRecord) { find(r, EventCreate).Ino++ },
		"inode again":             func(r *JournalRecord) { find(r, EventCreate).Ino-- },
		"name taken":              func(r *JournalRecord) { find(r, EventCreate).Path, find(r, EventCreate).Dir = "/dir", 1 },
		"no such parent":          func(r *JournalRecord) { find(r, EventCreate).Path = "/none/f" },
		"other parent":            func(r *JournalRecord) { find(r, EventCreate).Dir = 1 },
		"unclean path":            func(r *JournalRecord) { find(r, EventCreate).Path = "/dir//f" },
		"link to directory":       func(r *JournalRecord) { find(r, EventLink).Ino = 2 },
		"write to a link":         func(r *JournalRecord) { find(r, EventWrite).Ino = find(r, EventSymlink).Ino },
		"no target":               func(r *JournalRecord) { find(r, EventSymlink).Data = nil },
		"long target":             func(r *JournalRecord) { find(r, EventSymlink).Data = bytes.Repeat([]byte("x"), 4096) },
		"exchange with none":      func(r *JournalRecord) { find(r, EventExchange).ToPath = "/dir/none" },
		"exchange with itself":    func(r *JournalRecord) { find(r, EventExchange).ToPath = "/dir/s" },
		"exchange of another":     func(r *JournalRecord) { find(r, EventExchange).Ino = 2 },
		"exchange elsewhere":      func(r *JournalRecord) { find(r, EventExchange).ToDir = 1 },
		"exchange from elsewhere": func(r *JournalRecord) { find(r, EventExchange).Dir = 1 },
		"exchange within itself": func(r *JournalRecord) {
			*find(r, EventExchange) = EventRecord{
				Kind: "exchange", Ino: 2, Dir: 1, Path: "/dir", ToDir: 2, ToPath: "/dir/f",
			}
		},
		"path through a link": func(r *JournalRecord) {
			r.Base[0].Names = []NameRecord{{"l", 2}}
			r.Base = append(r.Base, InodeRecord{Target: "."})
			r.Events = []EventRecord{{Kind: "create", Ino: 3, Dir: 1, Path: "/l/f"}}
		},
		"target of a directory": func(r *JournalRecord) { r.Base[0].Target = "x" },
		"target and size": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Target: "x", Size: 1})
		},
		"target and bytes": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Target: "x", Data: []ExtentRecord{{0, make([]byte, pageBytes)}}})
		},
		"target with a zero": func(r *JournalRecord) { r.Base = append(r.Base, InodeRecord{Target: "x\x00"}) },
		"removes another":    func(r *JournalRecord) { find(r, EventRemove).Ino = 2 },
		"removes full": func(r *JournalRecord) {
			*find(r, EventRemove) = EventRecord{Kind: "remove", Ino: 2, Dir: 1, Path: "/dir"}
		},
		"rename into itself": func(r *JournalRecord) {
			*find(r, EventRename) = EventRecord{Kind: "rename", Ino: 2, Dir: 1, Path: "/dir", ToDir: 2, ToPath: "/dir/x"}
		},
		"rename to itself": func(r *JournalRecord) { find(r, EventRename).ToPath = "/g" },
		"names in a file": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Names: []NameRecord{{"x", 1}}})
		},
		"name of none": func(r *JournalRecord) { r.Base[0].Names = []NameRecord{{"x", 9}} },
		"bad name":     func(r *JournalRecord) { r.Base[0].Names = []NameRecord{{"..", 1}} },
		"ring":         func(r *JournalRecord) { r.Base[0].Names = []NameRecord{{"x", 1}} },
		"huge file":    func(r *JournalRecord) { r.Base = append(r.Base, InodeRecord{Size: 1 << 60}) },
		"huge files": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Size: 3 << 30}, InodeRecord{Size: 3 << 30})
		},
		"half a page": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Size: 9, Data: []ExtentRecord{{0, make([]byte, 9)}}})
		},
		"bytes behind the end": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Size: 9, Data: []ExtentRecord{{0, bytes.Repeat([]byte{1}, pageBytes)}}})
		},
		"extent far away": func(r *JournalRecord) {
			r.Base = append(r.Base, InodeRecord{Size: 9, Data: []ExtentRecord{{1<<63 - pageBytes, make([]byte, pageBytes)}}})
		},
	} {
		r := smallRecord(t)
		alter(&r)
		if _, err := r.Journal(); !errors.Is(err, ErrJournal) {
			t.Errorf("%s: got %v, want ErrJournal", name, err)
		}
	}
}

// FuzzJournal: whatever the bytes are, loading them gives an error or a journal
// that can be stored again, whose states can be built.
func FuzzJournal(f *testing.F) {
	f.Add(store(f, &Journal{Base: EmptyImage()}))
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
		for _, profile := range []Profile{StrictPosix(), Btrfs()} {
			space := NewSpace(j, profile)
			for c := range space.States(Plan{Max: [stageCount]int{3, 3, 3, 3, 3}, AllMax: 1}) {
				state := c.State()
				if err := space.Check(state); err != nil {
					t.Fatalf("%v: %v", state, err)
				}
				space.Image(state)
			}
		}
	})
}
