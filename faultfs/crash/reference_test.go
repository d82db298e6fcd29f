package crash

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/inodes"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
	"github.com/ackproof/ackproof/faultfs/journal"
	"pgregory.net/rapid"
)

// The reference is a second reading of the rules, as dumb as can be: every cell
// is a map entry, every order is asked for each pair of effects, and every
// subset of the pending effects is tried.

type refCell struct {
	kind  string // "bytes", "size" or "name"
	ino   journal.Ino
	index int64 // of a sector
	name  string
}

type refEffect struct {
	event    int
	cells    map[refCell]any // []byte, int64 or Ino
	grows    [2]int64        // the range by which a write's size grows
	oldSize  int64
	sector   bool        // bytes of a write
	meta     bool        // stands in the order of names
	removes  journal.Ino // the directory that it takes a name from
	tail     bool        // bytes cut from the block that a file then ends in
	cuts     bool        // the size of a truncation
	device   bool        // on the disk at d
	barrier  bool        // precedes all that comes later
	flushed  journal.Ino // a rename over a file, of this inode
	forcedAt int         // number of the sync's event, or refNever
	failed   bool        // a sync of it failed: no later one is for it
}

const refNever = 1 << 30

type reference struct {
	journal *journal.Journal
	profile Profile
	effects []*refEffect
	live    map[refCell]any
	pages   map[refCell]bool // allocated, as "bytes" cells of 4096 bytes
	dirs    map[journal.Ino]bool
	named   map[journal.Ino]bool // had a durable name once
	targets map[journal.Ino]string
}

func newReference(j *journal.Journal, p Profile) *reference {
	r := &reference{
		journal: j, profile: p,
		live: map[refCell]any{}, pages: map[refCell]bool{}, dirs: map[journal.Ino]bool{}, named: map[journal.Ino]bool{}, targets: map[journal.Ino]string{},
	}
	r.loadBase()
	for i, e := range j.Events {
		r.apply(i, e)
	}
	return r
}

func (r *reference) loadBase() {
	for ino, n := range tree.Of(r.journal.Base).Nodes {
		if n == nil {
			continue
		}
		r.dirs[journal.Ino(ino)], r.named[journal.Ino(ino)] = n.IsDir, true
		r.targets[journal.Ino(ino)] = n.Target
		r.live[refCell{kind: "size", ino: journal.Ino(ino)}] = n.Size
		for _, d := range n.Names {
			r.live[refCell{kind: "name", ino: journal.Ino(ino), name: d.Name}] = d.Ino
		}
		for off := int64(0); off < n.Size; off += r.profile.unit() {
			data := make([]byte, r.profile.unit())
			n.ReadAt(data, off)
			r.live[refCell{kind: "bytes", ino: journal.Ino(ino), index: off / r.profile.unit()}] = data
			if n.HasData(off, off+1) {
				r.pages[refCell{ino: journal.Ino(ino), index: off / tree.PageBytes}] = true
			}
		}
	}
}

func (r *reference) size(ino journal.Ino) int64 {
	size, _ := r.live[refCell{kind: "size", ino: ino}].(int64)
	return size
}

func (r *reference) bytes(ino journal.Ino, sector int64) []byte {
	data := make([]byte, r.profile.unit())
	old, _ := r.live[refCell{kind: "bytes", ino: ino, index: sector}].([]byte)
	copy(data, old)
	return data
}

func (r *reference) add(e refEffect) {
	e.forcedAt = refNever
	if at := r.journal.Events[e.event]; e.isName() && at.ToDir != 0 {
		e.device = r.onDisk(path.Dir(at.ToPath))
	} else if e.isName() {
		e.device = r.onDisk(path.Dir(at.Path))
	} else {
		e.device = r.onDisk(at.Path)
	}
	for cell, value := range e.cells {
		r.live[cell] = value
	}
	r.effects = append(r.effects, &e)
}

// isName reports whether e is a change of names.
func (e *refEffect) isName() bool {
	for cell := range e.cells {
		return cell.kind == "name"
	}
	return false
}

// onDisk reports whether a path is on the disk at d, the only one that the tests mount.
func (r *reference) onDisk(name string) bool {
	if r.profile.Disks == "" || name != "/d" && !strings.HasPrefix(name, "/d/") {
		return false
	}
	info, err := faultfs.NewDisk(faultfs.Config{Image: r.journal.Base}).Stat("/d")
	return err == nil && info.IsDir()
}

func (r *reference) apply(at int, e journal.Event) {
	switch e.Kind {
	case journal.EventWrite:
		r.write(at, e)
	case journal.EventResize:
		r.resize(at, e)
	case journal.EventCreate, journal.EventMkdir:
		r.dirs[e.Ino] = e.Kind == journal.EventMkdir
		if e.Dir != 0 {
			r.rename(at, false, refName{e.Dir, e.Path, e.Ino})
		}
	case journal.EventSymlink:
		r.targets[e.Ino] = string(e.Data)
		r.rename(at, false, refName{e.Dir, e.Path, e.Ino})
	case journal.EventExchange:
		other := r.live[refCell{kind: "name", ino: e.ToDir, name: path.Base(e.ToPath)}].(journal.Ino)
		split := r.profile.SplitRename && !r.dirs[e.Ino] && !r.dirs[other]
		r.rename(at, split, refName{e.ToDir, e.ToPath, e.Ino}, refName{e.Dir, e.Path, other})
	case journal.EventLink:
		r.rename(at, false, refName{e.ToDir, e.ToPath, e.Ino})
	case journal.EventRemove:
		r.rename(at, false, refName{e.Dir, e.Path, 0})
	case journal.EventRename:
		split := r.profile.SplitRename && !r.dirs[e.Ino]
		r.rename(at, split, refName{e.ToDir, e.ToPath, e.Ino}, refName{e.Dir, e.Path, 0})
	case journal.EventSync, journal.EventSyncData:
		if !r.profile.FlushesLie {
			r.sync(at, e.Ino, r.onDisk(e.Path))
		}
	case journal.EventSyncFail:
		r.fail(e.Ino)
	}
}

func (r *reference) fail(ino journal.Ino) {
	for _, e := range r.effects {
		_, hasSize := e.cells[refCell{kind: "size", ino: ino}]
		bytes := false
		for cell := range e.cells {
			bytes = bytes || cell.kind == "bytes" && cell.ino == ino
		}
		switch r.profile.SyncFailure {
		case fault.SyncFailureUnknown:
			e.failed = e.failed || bytes || hasSize
		case fault.SyncFailureClean:
			e.failed = e.failed || bytes && !hasSize
		}
	}
}

func (r *reference) write(at int, e journal.Event) {
	unit, old, end := r.profile.unit(), r.size(e.Ino), e.Off+int64(len(e.Data))
	barrier := r.profile.OverwriteOrdered && end <= old || r.profile.AppendOrdered && end > old
	for s := e.Off / unit; s*unit < end; s++ {
		data := r.bytes(e.Ino, s)
		for i := range data {
			if at := s*unit + int64(i) - e.Off; at >= 0 && at < int64(len(e.Data)) {
				data[i] = e.Data[at]
			}
		}
		cell, block := refCell{kind: "bytes", ino: e.Ino, index: s}, s*unit/tree.PageBytes
		whole := r.profile.SizeBeforeData == SizeInNewBlocks && block*tree.PageBytes >= old
		if whole && s*unit > e.Off && s*unit%tree.PageBytes != 0 {
			r.live[cell], r.effects[len(r.effects)-1].cells[cell] = data, data
		} else {
			r.add(refEffect{event: at, sector: true, barrier: barrier, cells: map[refCell]any{cell: data}})
		}
		r.pages[refCell{ino: e.Ino, index: s * unit / tree.PageBytes}] = true
	}
	step := int64(tree.PageBytes)
	if r.profile.SizeBeforeData == SizeAnywhere {
		step = unit
	}
	for size := old; size < end; {
		next := min((size/step+1)*step, end)
		r.add(refEffect{
			event: at, grows: [2]int64{size, next}, oldSize: old, barrier: barrier,
			cells: map[refCell]any{{kind: "size", ino: e.Ino}: next},
		})
		size = next
	}
}

func (r *reference) resize(at int, e journal.Event) {
	unit, old := r.profile.unit(), r.size(e.Ino)
	size := refEffect{event: at, cuts: true, meta: r.profile.TruncateOrdered, cells: map[refCell]any{{kind: "size", ino: e.Ino}: e.Off}}
	for s := e.Off / unit; e.Off < old && s*unit < old; s++ { // a file that grows has nothing cut
		if !r.pages[refCell{ino: e.Ino, index: s * unit / tree.PageBytes}] {
			continue
		}
		data := r.bytes(e.Ino, s)
		clear(data[max(e.Off-s*unit, 0):])
		cell := refCell{kind: "bytes", ino: e.Ino, index: s}
		tail := e.Off%tree.PageBytes != 0 && s*unit/tree.PageBytes == e.Off/tree.PageBytes
		if tail && r.profile.TruncatedTail == TailWithSize || !tail && r.profile.TruncateOrdered {
			size.cells[cell] = data
		} else {
			r.add(refEffect{event: at, tail: tail, cells: map[refCell]any{cell: data}})
		}
	}
	r.add(size)
	for page := range r.pages {
		if page.ino == e.Ino && page.index*tree.PageBytes >= e.Off {
			delete(r.pages, page)
		}
	}
}

type refName struct {
	dir  journal.Ino
	path string
	ino  journal.Ino
}

func (r *reference) rename(at int, split bool, names ...refName) {
	var parts []refEffect
	for _, n := range names {
		cell := refCell{kind: "name", ino: n.dir, name: path.Base(n.path)}
		e := refEffect{event: at, meta: true, cells: map[refCell]any{cell: n.ino}}
		if n.ino == 0 {
			e.removes = n.dir
		}
		if over, _ := r.live[cell].(journal.Ino); over != 0 && n.ino != 0 && r.journal.Events[at].Kind == journal.EventRename {
			e.flushed = n.ino
		}
		if len(parts) > 0 && !split {
			parts[0].cells[cell] = n.ino
			parts[0].removes = e.removes
		} else {
			parts = append(parts, e)
		}
	}
	for _, e := range parts {
		r.add(e)
	}
}

func (r *reference) sync(at int, ino journal.Ino, device bool) {
	for _, e := range r.effects {
		if e.forcedAt == refNever && (r.covers(ino, e) || e.meta && r.profile.SyncOlder == OlderAll && e.device == device) {
			e.forcedAt = at
		}
	}
	for again := true; again; { // what must precede is forced too
		again = false
		for i, before := range r.effects {
			for _, after := range r.effects[i+1:] {
				if after.forcedAt == at && before.forcedAt == refNever && r.mustPrecede(before, after) &&
					(!before.failed || before.sharesCell(after)) {
					before.forcedAt, again = at, true
				}
			}
		}
	}
	for _, e := range r.effects {
		for cell, value := range e.cells {
			if target, ok := value.(journal.Ino); ok && cell.kind == "name" && e.forcedAt != refNever {
				r.named[target] = true
			}
		}
	}
}

func (r *reference) covers(ino journal.Ino, e *refEffect) bool {
	for cell, value := range e.cells {
		switch {
		case cell.ino == ino && !e.failed:
			return true // its bytes and size, or the names in it
		case cell.kind == "name" && value == ino && r.profile.SyncNewName && !r.named[ino]:
			return true
		case cell.kind == "name" && value == ino && r.profile.SyncOlder == OlderDependent:
			return true
		}
	}
	return false
}

func (e *refEffect) sharesCell(other *refEffect) bool {
	for cell := range e.cells {
		if _, ok := other.cells[cell]; ok {
			return true
		}
	}
	return false
}

// mustPrecede reports whether the profile orders a before b, which is newer.
func (r *reference) mustPrecede(a, b *refEffect) bool {
	for cell := range a.cells {
		if b.flushed != 0 && cell.ino == b.flushed && r.flushes(cell) {
			return true
		}
		if r.profile.NamesOrdered == NamesRemovalsLast && b.removes != 0 && cell.kind == "name" && cell.ino == b.removes {
			return true
		}
		if a.event == b.event && a.sector && b.grows[1] > 0 && r.dataFirst(cell.index, b) {
			return true
		}
	}
	return a.sharesCell(b) || r.profile.NamesOrdered == NamesInOrder && a.meta && b.meta && a.device == b.device ||
		a.tail && b.cuts && a.event == b.event && r.profile.TruncatedTail == TailBeforeSize ||
		a.barrier && a.event < b.event && a.device == b.device
}

// flushes reports whether a rename over a file waits for the cell of the new one.
func (r *reference) flushes(cell refCell) bool {
	return r.profile.RenameFlushes == RenameFlushesAll && cell.kind != "name" ||
		r.profile.RenameFlushes == RenameFlushesSize && cell.kind == "size"
}

// dataFirst reports whether a sector must be durable before a growing size.
func (r *reference) dataFirst(sector int64, b *refEffect) bool {
	from := b.grows[0]
	switch r.profile.SizeBeforeData {
	case SizeAnywhere, SizeInNewBlocks:
		return false
	case SizeInTailBlock:
		for from%tree.PageBytes != 0 && from < b.grows[1] && from/tree.PageBytes == b.oldSize/tree.PageBytes {
			from++ // the rest of the block that ended the file does not wait
		}
	}
	low, high := sector*r.profile.unit(), (sector+1)*r.profile.unit()
	return max(low, from) < min(high, b.grows[1])
}

// outcomesAt returns every outcome of a crash after the first events, or false
// where there are too many.
func (r *reference) outcomesAt(time, pendingMax int) (map[string]bool, bool) {
	var kept, pending []*refEffect
	for _, e := range r.effects {
		switch {
		case e.event < time && e.forcedAt < time:
			kept = append(kept, e)
		case e.event < time:
			pending = append(pending, e)
		}
	}
	if len(pending) > pendingMax {
		return nil, false
	}
	needs := make([]int, len(pending)) // by effect: a mask
	for i := range pending {
		for k := range i {
			if r.mustPrecede(pending[k], pending[i]) {
				needs[i] |= 1 << k
			}
		}
	}
	out := map[string]bool{}
	for mask := range 1 << len(pending) {
		legal := true
		for i := range pending {
			legal = legal && (mask>>i&1 == 0 || needs[i]&^mask == 0)
		}
		if legal {
			out[r.outcome(kept, pending, mask)] = true
		}
	}
	return out, true
}

// outcome renders the base with the forced effects and those of the mask.
func (r *reference) outcome(kept, pending []*refEffect, mask int) string {
	state := &reference{journal: r.journal, profile: r.profile, live: map[refCell]any{}, pages: map[refCell]bool{}, dirs: map[journal.Ino]bool{}, named: map[journal.Ino]bool{}, targets: map[journal.Ino]string{}}
	state.loadBase()
	for _, e := range kept {
		state.add(*e)
	}
	for i, e := range pending {
		if mask>>i&1 == 1 {
			state.add(*e)
		}
	}
	state.dirs, state.targets = r.dirs, r.targets
	var words []string
	state.list("", journal.RootIno, map[journal.Ino]string{}, &words)
	return litmus.Phrase(words)
}

func (r *reference) list(prefix string, dir journal.Ino, first map[journal.Ino]string, words *[]string) {
	var names []string
	for cell, target := range r.live {
		if cell.kind == "name" && cell.ino == dir && target != journal.Ino(0) {
			names = append(names, cell.name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		ino := r.live[refCell{kind: "name", ino: dir, name: name}].(journal.Ino)
		full := prefix + name
		switch {
		case r.dirs[ino]:
			*words = append(*words, full+"/")
			r.list(full+"/", ino, first, words)
		case first[ino] != "":
			*words = append(*words, full+"~"+first[ino])
		default:
			first[ino] = full
			if target := r.targets[ino]; target != "" {
				*words = append(*words, full+"->"+target)
				continue
			}
			var data []byte
			for s := int64(0); s*r.profile.unit() < r.size(ino); s++ {
				data = append(data, r.bytes(ino, s)...)
			}
			*words = append(*words, full+"="+litmus.Runs(data[:r.size(ino)]))
		}
	}
}

// drawKnobs is a profile with any settings, but those that only damage.
func drawKnobs(t *rapid.T) Profile {
	p := rapid.SampledFrom(Profiles()).Draw(t, "profile")
	for _, k := range knobs {
		if !onlyDamages(k) && rapid.IntRange(0, 3).Draw(t, "alter") == 0 {
			k.set(&p, rapid.IntRange(0, len(k.values)-1).Draw(t, k.name))
		}
	}
	return p
}

// onlyDamages reports whether a knob is about bytes that are torn or were never written.
func onlyDamages(k knob) bool {
	return slices.Contains([]string{"tear-bytes", "fill", "no-powersafe-overwrite", "physical-sector", "unreadable"}, k.name)
}

// onlySays reports whether a knob changes what calls say, and not what a crash leaves.
func onlySays(k knob) bool { return k.name == "sync-report" }

// fewChanges makes a few small changes, so that all combinations can be tried.
func fewChanges(t *rapid.T, d *faultfs.Disk, steps int) {
	name := func(label string) string {
		return rapid.SampledFrom([]string{"a", "b", "d", "d/a", "d/b"}).Draw(t, label)
	}
	for i := range steps {
		op := rapid.SampledFrom([]int{10, 9, 0, 8, 7, 6, 2, 1, 10, 5, 4, 0, 8, 3, 11, 12, 13}).Draw(t, "op")
		switch op {
		case 0:
			_ = litmus.Rename(d, name("from"), name("to"), inodes.RenameOver)
		case 1:
			_ = d.Remove(name("gone"))
		case 2:
			_ = d.Link(name("old"), name("new"))
		case 3:
			_ = d.Mkdir(rapid.SampledFrom([]string{"d", "b"}).Draw(t, "dir"), 0o755)
		case 4:
			d.Invoke(i)
		case 5:
			d.Return(i)
		case 6:
			syncDir(d, rapid.SampledFrom([]string{"/", "d"}).Draw(t, "dir"))
		case 11:
			_ = d.SymlinkIfPossible(rapid.SampledFrom([]string{"a", "d", "d/b", "../a"}).Draw(t, "target"), name("link"))
		case 12:
			_ = litmus.Rename(d, name("this"), name("that"), inodes.RenameExchange)
		case 13:
			nameUnnamed(d, name("unnamed"), byte('A'+i))
		default:
			changeFile(t, d, name("file"), op, byte('A'+i))
		}
	}
}

// nameUnnamed writes a file that has no name, then gives it one.
func nameUnnamed(d *faultfs.Disk, name string, letter byte) {
	a, err := d.Inodes().CreateUnnamed(0o644)
	if err != nil {
		panic(err)
	}
	_, _ = d.Inodes().Write(a.Ino, []byte{letter}, 0, volume.SyncNone)
	if dir, err := litmus.Ino(d, path.Dir(name)); err == nil {
		_, _ = d.Inodes().Link(a.Ino, dir, path.Base(name))
	}
}

func syncDir(d *faultfs.Disk, name string) {
	if f, err := d.Open(name); err == nil {
		_ = f.Sync()
	}
}

func changeFile(t *rapid.T, d *faultfs.Disk, name string, op int, letter byte) {
	file, err := d.OpenFile(name, 0x42, fs.FileMode(0o644)) // O_CREAT|O_RDWR
	if err != nil {
		return
	}
	f := file.(*faultfs.File)
	switch op {
	case 7:
		_ = f.Sync()
	case 8:
		_ = f.Truncate(rapid.SampledFrom([]int64{0, 300, 512, 4000, 4096, 5000}).Draw(t, "size"))
	default:
		data := make([]byte, rapid.SampledFrom([]int{100, 512, 700}).Draw(t, "len"))
		for i := range data {
			data[i] = letter
		}
		off := rapid.SampledFrom([]int64{0, 200, 512, 3900, 4096}).Draw(t, "off")
		if op == 9 {
			off, _ = f.Seek(0, 2)
		}
		_, _ = f.WriteAt(data, off)
	}
}

// position is how far the history had come, in returns and kills, and what the
// crash left. visits maps it to the fewest calls that had been invoked: one call
// more in flight allows more, so that only the fewest matter.
type position struct {
	ends    int
	outcome string
}

type visits map[position]visit

type visit struct {
	invoked int
	by      string
}

func (v visits) add(j *journal.Journal, time int, outcome, by string) {
	at, invoked := position{outcome: outcome}, 0
	for _, e := range j.Events[:time] {
		switch e.Kind {
		case journal.EventInvoke:
			invoked++
		case journal.EventReturn, journal.EventKill:
			at.ends++
		}
	}
	if old, ok := v[at]; !ok || invoked < old.invoked {
		v[at] = visit{invoked, by}
	}
}

// TestWalkAgainstReference: over all crash points, everything that a plan visits
// is what the reference reaches with a crash between any two events: no crash
// point is missing, no state is missing, and none is too many.
func TestWalkAgainstReference(t *testing.T) {
	const pendingMax = 11
	rapid.Check(t, func(t *rapid.T) {
		d := faultfs.NewDisk(faultfs.Config{})
		_ = d.Mkdir("d", 0o755)
		fewChanges(t, d, rapid.SampledFrom([]int{0, 3, 6}).Draw(t, "before"))
		profile := drawKnobs(t)
		profile.Disks = rapid.SampledFrom([]string{"", "d"}).Draw(t, "disks")
		c := faultfs.Config{Image: d.Image(), SyncFailure: profile.SyncFailure, Disks: profile.DiskDirs()}
		if rapid.Bool().Draw(t, "fault") {
			c.Faults = []fault.Fault{{Call: fault.Fsync, Nth: rapid.IntRange(1, 3).Draw(t, "nth"), Times: 1}}
		}
		d = faultfs.NewDisk(c)
		fewChanges(t, d, rapid.SampledFrom([]int{2, 4, 6, 8}).Draw(t, "steps"))
		journal := d.Journal()
		want, got := visits{}, visits{}
		dumb := newReference(journal, profile)
		for time := range len(journal.Events) + 1 {
			outcomes, ok := dumb.outcomesAt(time, pendingMax)
			if !ok {
				t.Skip("too many to try all")
			}
			for o := range outcomes {
				want.add(journal, time, o, fmt.Sprint(time))
			}
		}
		space := NewSpace(journal, profile)
		for c := range space.Walk(everything(pendingMax)) {
			if state := c.State(); state.Fill == FillZero {
				got.add(journal, state.Point, litmus.Image(space.build(state)), state.String())
			}
		}
		for at, w := range want {
			if g, ok := got[at]; !ok || g.invoked > w.invoked {
				t.Errorf("%s\nnever visited: %v", trace(journal, profile), at)
			}
		}
		for at, g := range got {
			if w, ok := want[at]; !ok || w.invoked > g.invoked {
				t.Errorf("%s\nvisited, but illegal: %v\nby %s", trace(journal, profile), at, g.by)
			}
		}
	})
}

func trace(j *journal.Journal, p Profile) string {
	lines := []string{"profile " + p.String(), "base " + litmus.Image(j.Base)}
	for i, e := range j.Events {
		lines = append(lines, fmt.Sprintf("%d %v", i, e))
	}
	return strings.Join(lines, "\n")
}
