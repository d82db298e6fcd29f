package crash

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/spf13/afero"
	"pgregory.net/rapid"
)

// scribble makes random changes to a disk, among few names so that they meet.
func scribble(t *rapid.T, d *faultfs.Disk, steps int) {
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
			fill := rapid.SampledFrom([]byte{byte(i + 1), 0}).Draw(t, "fill")
			data := bytes.Repeat([]byte{fill}, rapid.IntRange(1, 9000).Draw(t, "len"))
			if _, err := f.WriteAt(data, int64(rapid.IntRange(0, 9000).Draw(t, "off"))); err != nil && !errors.Is(err, syscall.EIO) {
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
		d := faultfs.NewDisk(faultfs.Config{})
		scribble(t, d, rapid.IntRange(1, 12).Draw(t, "steps"))
		profile := drawProfile(t)
		profile.Unreadable = rapid.Bool().Draw(t, "unreadable")
		profile.PhysicalSectorBytes = rapid.SampledFrom([]int{512, 4096}).Draw(t, "physical")
		if rapid.Bool().Draw(t, "reboot") {
			d = faultfs.NewDisk(faultfs.Config{Image: drawImage(t, NewSpace(d.Journal(), profile))})
			scribble(t, d, 6)
		}
		space := NewSpace(d.Journal(), profile)
		images := map[digest.Digest]digest.Digest{}
		plan := Plan{Max: [stageCount]int{20, 20, 20, 20, 8}, AllMax: 4}
		visited := 0
		for c := range space.Walk(plan) {
			visited++
			state := c.State()
			if err := space.Check(state); err != nil {
				t.Fatalf("%s: %v: %v", c.Stage(), state, err)
			}
			parsed, err := ParseState(state.String())
			if err != nil || fmt.Sprint(parsed) != fmt.Sprint(state) {
				t.Fatalf("%v parses to %v, %v", state, parsed, err)
			}
			img := space.build(state)
			if fresh := freshHash(img); fresh != img.Hash() {
				t.Fatalf("%v: hash %v, computed afresh %v", state, img.Hash(), fresh)
			}
			if other := space.build(space.flip(state)); other.Hash() != img.Hash() {
				t.Fatalf("%v and %v differ:\n%v\n%v", state, space.flip(state), img, other)
			}
			if seen, ok := images[c.Key()]; ok && seen != img.Hash() {
				t.Fatalf("%v: equal keys, other image", state)
			}
			images[c.Key()] = img.Hash()
		}
		last := State{Point: len(space.Journal().Events)}
		if got, want := space.build(last).Hash(), d.Image().Hash(); got != want {
			t.Fatalf("nothing lost leaves %v, the disk holds %v", space.build(last), d.Image())
		}
		if visited == 0 {
			t.Fatal("nothing visited")
		}
	})
}

// TestKeysTellGapsApart: bytes that were written and cut off again, and zeros, change no
// content where all of it is lost, and leave a gap all the same.
func TestKeysTellGapsApart(t *testing.T) {
	for name, steps := range map[string][]string{
		"cut":         {"write a 0 512 A", "truncate a 0", "truncate a 512", "write b 0 512 B"},
		"cut zeros":   {"write a 0 4096 z", "truncate a 0", "write a 0 4096 z", "write b 0 512 B"},
		"overwritten": {"write a 0 4096 z", "write a 0 512 A", "write a 0 512 z", "write b 0 512 B"},
	} {
		t.Run(name, func(t *testing.T) {
			d := faultfs.NewDisk(faultfs.Config{})
			for _, step := range append([]string{"create a", "create b", "dirsync /"}, steps...) {
				noError(t, litmus.Step(d, step))
			}
			checkFilledKeys(t, NewSpace(d.Journal(), StrictPosix()))
		})
	}
}

// checkFilledKeys checks each state of the last point that fills a gap: equal keys mean
// equal images, and some states that keep the same content have other gaps.
func checkFilledKeys(t *testing.T, s *Space) {
	t.Helper()
	w := &walker{space: s}
	w.enter(len(s.points) - 1)
	images, contents := map[digest.Digest]digest.Digest{}, map[digest.Digest]digest.Digest{}
	apart := false
	for mask := range uint64(1) << len(w.pending) {
		for _, fill := range []Fill{FillGarbage, FillStale} {
			if w.fill = fill; !w.chooseMask(mask) || !w.hasGap() {
				continue
			}
			img, key := s.build(w.state()).Hash(), w.key()
			if seen, ok := images[key]; ok && seen != img {
				t.Errorf("%v: equal keys, other image", w.state())
			}
			images[key] = img
			w.fill = FillZero
			content := w.key().Add(digest.HashWords(uint64(fill)))
			if seen, ok := contents[content]; ok && seen != img {
				apart = true
			}
			contents[content] = img
		}
	}
	if !apart {
		t.Error("no states keep the same content and have other gaps")
	}
}

// drawImage is what some state of a partial write leaves, damaged sectors included.
func drawImage(t *rapid.T, s *Space) *faultfs.Image {
	images := []*faultfs.Image{s.build(State{Point: len(s.journal.Events)})}
	for c := range s.Walk(Plan{Max: [stageCount]int{-1, 40, -1, -1, -1}}) {
		images = append(images, s.build(c.State()))
	}
	return rapid.SampledFrom(images).Draw(t, "image")
}

// flip names a state by the other fate.
func (s *Space) flip(c State) State {
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
func freshHash(img *faultfs.Image) digest.Digest {
	t := tree.New()
	inos := map[journal.Ino]journal.Ino{journal.RootIno: journal.RootIno}
	var copyDir func(dir journal.Ino)
	copyDir = func(dir journal.Ino) {
		for _, e := range tree.Of(img).Inode(dir).Names {
			n := tree.Of(img).Inode(e.Ino)
			if _, ok := inos[e.Ino]; !ok {
				inos[e.Ino] = t.Add(n.IsDir, n.Mode)
				to := t.Edit(inos[e.Ino])
				to.Size, to.Shared = n.Size, n.Shared
				data := make([]byte, n.Size)
				n.ReadAt(data, 0)
				to.WriteAt(data, 0)
				to.CopyUnreadable(n, 0, n.Size)
				if n.IsDir {
					copyDir(e.Ino)
				}
			}
			t.SetName(inos[dir], e.Name, inos[e.Ino])
		}
	}
	copyDir(journal.RootIno)
	return tree.NewImage(t).Hash()
}

// TestExchangeSplit: an exchange is one effect, or two where renames split, and
// none that parts a directory from its only name.
func TestExchangeSplit(t *testing.T) {
	for program, want := range map[string][2]int{"a b": {1, 2}, "a d": {1, 1}} {
		d := faultfs.NewDisk(faultfs.Config{})
		noError(t, afero.WriteFile(d, "a", nil, 0o644))
		noError(t, afero.WriteFile(d, "b", nil, 0o644))
		noError(t, d.Mkdir("d", 0o755))
		d = faultfs.NewDisk(faultfs.Config{Image: d.Image()})
		noError(t, litmus.Step(d, "exchange "+program))
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
	d := faultfs.NewDisk(faultfs.Config{})
	n := d.Inodes()
	made, err := n.CreateUnnamed(0o600)
	noError(t, err)
	ino := made.Ino
	_, err = n.Write(ino, []byte("body"), 0, volume.SyncAllAfter)
	noError(t, err)
	if got := d.Image().Files(); len(got) != 0 {
		t.Errorf("before the link: got %v, want nothing", got)
	}
	for _, profile := range Profiles() {
		space := NewSpace(d.Journal(), profile)
		for c := range space.Walk(smallPlan()) {
			if got := litmus.Image(space.build(c.State())); got != "-" {
				t.Errorf("%s: %v leaves %s, want nothing", profile.Name, c.State(), got)
			}
		}
	}
	a, err := n.Link(ino, journal.RootIno, "f")
	noError(t, err)
	if a.Links != 1 || a.SizeBytes != 4 || a.Perm != 0o600 {
		t.Errorf("got %+v, want one link, 4 bytes, mode 0600", a)
	}
	noError(t, n.Sync(journal.RootIno, false, 0))
	d.Invoke(1)
	for _, profile := range Profiles() {
		space := NewSpace(d.Journal(), profile)
		got := litmus.Image(space.build(State{Point: space.Points()[len(space.points)-1]}))
		if got != "f="+litmus.Runs([]byte("body")) {
			t.Errorf("%s: got %s", profile.Name, got)
		}
	}
	if j, err := d.Journal().Record().Journal(); err != nil || j.Events[0].Dir != 0 {
		t.Errorf("stored: %v", err)
	}
}
