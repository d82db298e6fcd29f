package faultfs

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/spf13/afero"
	"pgregory.net/rapid"
)

// scribble makes random changes to a disk, among few names so that they meet.
func scribble(t *rapid.T, d *Disk, steps int) {
	dirs := []string{"/", "/a", "/b"}
	for _, dir := range dirs[1:] {
		_ = d.MkdirAll(dir, 0o755)
	}
	name := func(label string) string {
		return rapid.SampledFrom(dirs).Draw(t, label+"dir") + "/" + rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, label)
	}
	for i := range steps {
		switch rapid.IntRange(0, 8).Draw(t, "op") {
		case 0, 1, 2, 3:
			f, err := d.OpenFile(name("file"), os.O_CREATE|os.O_RDWR, 0o644)
			if err != nil {
				t.Fatal(err)
			}
			data := bytes.Repeat([]byte{byte(i + 1)}, rapid.IntRange(1, 9000).Draw(t, "len"))
			if _, err := f.WriteAt(data, int64(rapid.IntRange(0, 9000).Draw(t, "off"))); err != nil {
				t.Fatal(err)
			}
			if rapid.IntRange(0, 2).Draw(t, "sync") == 0 {
				_ = f.Sync()
			}
			_ = f.Close()
		case 4:
			if f, err := d.OpenFile(name("cut"), os.O_RDWR, 0); err == nil {
				_ = f.Truncate(int64(rapid.IntRange(0, 12000).Draw(t, "size")))
				_ = f.Close()
			}
		case 5:
			_ = d.Rename(name("from"), name("to"))
		case 6:
			_ = d.Remove(name("gone"))
		case 7:
			_ = d.Link(name("old"), name("new"))
		case 8:
			if f, err := d.Open(rapid.SampledFrom(dirs).Draw(t, "syncdir")); err == nil {
				_ = f.Sync()
				_ = f.Close()
			}
		}
	}
}

func drawProfile(t *rapid.T) Profile {
	p := rapid.SampledFrom(Profiles()).Draw(t, "profile")
	if rapid.Bool().Draw(t, "bytes") {
		p.TearBytes = true
	}
	return p
}

// TestKeysAndImagesAgree checks the walk's arithmetic against the images it
// stands for: equal keys mean equal images, every state is one of the space's,
// its text parses back, and naming it by the other fate gives the same image.
func TestKeysAndImagesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := NewDisk(Config{})
		scribble(t, d, rapid.IntRange(1, 12).Draw(t, "steps"))
		if rapid.Bool().Draw(t, "reboot") {
			d = NewDisk(Config{Image: d.Image()})
			scribble(t, d, 6)
		}
		space := NewSpace(d.Journal(), drawProfile(t))
		images := map[Digest]Digest{}
		plan := Plan{Max: [stageCount]int{20, 20, 20, 20, 8}, AllMax: 4}
		visited := 0
		for c := range space.States(plan) {
			visited++
			state := c.State()
			if err := space.Check(state); err != nil {
				t.Fatalf("%s: %v: %v", c.Stage(), state, err)
			}
			parsed, err := ParseCrashState(state.String())
			if err != nil || fmt.Sprint(parsed) != fmt.Sprint(state) {
				t.Fatalf("%v parses to %v, %v", state, parsed, err)
			}
			img := space.Image(state)
			if fresh := freshHash(img); fresh != img.Hash() {
				t.Fatalf("%v: hash %v, computed afresh %v", state, img.Hash(), fresh)
			}
			if other := space.Image(space.flip(state)); other.Hash() != img.Hash() {
				t.Fatalf("%v and %v differ:\n%v\n%v", state, space.flip(state), img, other)
			}
			if seen, ok := images[c.Key()]; ok && seen != img.Hash() {
				t.Fatalf("%v: equal keys, other image", state)
			}
			images[c.Key()] = img.Hash()
		}
		last := CrashState{Point: len(space.Journal().Events)}
		if got, want := space.Image(last).Hash(), d.Image().Hash(); got != want {
			t.Fatalf("nothing lost leaves %v, the disk holds %v", space.Image(last), d.Image())
		}
		if visited == 0 {
			t.Fatal("nothing visited")
		}
	})
}

// flip names a state by the other fate.
func (s *Space) flip(c CrashState) CrashState {
	p, _ := s.pointAt(c.Point)
	named := map[EffectID]bool{}
	for _, id := range c.Except {
		named[id] = true
	}
	out := c
	out.Lost, out.Except = !c.Lost, nil
	for _, id := range s.pending(p, nil) {
		if !named[id] {
			out.Except = append(out.Except, id)
		}
	}
	return out
}

// freshHash hashes a copy of the image that was made through a disk's own calls.
func freshHash(img *Image) Digest {
	t := newTree()
	inos := map[Ino]Ino{RootIno: RootIno}
	var copyDir func(dir Ino)
	copyDir = func(dir Ino) {
		for _, e := range treeOf(img).at(dir).names {
			n := treeOf(img).at(e.ino)
			if _, ok := inos[e.ino]; !ok {
				inos[e.ino] = t.add(n.isDir, n.mode)
				to := t.edit(inos[e.ino])
				to.size, to.shared = n.size, n.shared
				data := make([]byte, n.size)
				n.readAt(data, 0)
				to.writeAt(data, 0)
				if n.isDir {
					copyDir(e.ino)
				}
			}
			t.setName(inos[dir], e.name, inos[e.ino])
		}
	}
	copyDir(RootIno)
	return newImage(t).Hash()
}

// TestExchangeSplit: an exchange is one effect, or two where renames split, and
// none that parts a directory from its only name.
func TestExchangeSplit(t *testing.T) {
	for program, want := range map[string][2]int{"a b": {1, 2}, "a d": {1, 1}} {
		d := NewDisk(Config{})
		noError(t, afero.WriteFile(d, "a", nil, 0o644))
		noError(t, afero.WriteFile(d, "b", nil, 0o644))
		noError(t, d.Mkdir("d", 0o755))
		d = NewDisk(Config{Image: d.Image()})
		noError(t, step(d, "exchange "+program))
		for i, p := range []Profile{Ext4Ordered(), StrictPosix()} {
			if got := len(NewSpace(d.Journal(), p).effects); got != want[i] {
				t.Errorf("exchange %s under %s: got %d effects, want %d", program, p.Name, got, want[i])
			}
		}
	}
}

// TestUnnamedFile: a file without a name is lost by each crash until a link
// gives it one, and then is like any other.
func TestUnnamedFile(t *testing.T) {
	d := NewDisk(Config{})
	n := d.Inodes()
	made, err := n.CreateUnnamed(0o600)
	noError(t, err)
	ino := made.Ino
	_, err = n.Write(ino, []byte("body"), 0, SyncAllAfter)
	noError(t, err)
	if got := d.Image().Files(); len(got) != 0 {
		t.Errorf("before the link: got %v, want nothing", got)
	}
	for _, profile := range Profiles() {
		space := NewSpace(d.Journal(), profile)
		for c := range space.States(smallPlan()) {
			if got := renderImage(space.Image(c.State())); got != "-" {
				t.Errorf("%s: %v leaves %s, want nothing", profile.Name, c.State(), got)
			}
		}
	}
	a, err := n.Link(ino, RootIno, "f")
	noError(t, err)
	if a.Links != 1 || a.SizeBytes != 4 || a.Perm != 0o600 {
		t.Errorf("got %+v, want one link, 4 bytes, mode 0600", a)
	}
	noError(t, n.Sync(RootIno, false))
	d.Invoke(1)
	for _, profile := range Profiles() {
		space := NewSpace(d.Journal(), profile)
		got := renderImage(space.Image(CrashState{Point: space.Points()[len(space.points)-1]}))
		if got != "f="+formatRuns([]byte("body")) {
			t.Errorf("%s: got %s", profile.Name, got)
		}
	}
	if j, err := load(store(t, d.Journal())); err != nil || j.Events[0].Dir != 0 {
		t.Errorf("stored: %v", err)
	}
}
