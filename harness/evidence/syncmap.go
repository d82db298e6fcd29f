package evidence

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// SyncMap says of each place at which an engine syncs what it is for.
type SyncMap struct {
	Engine   string
	Profiles []string
	// Places are in the order of the engine's source.
	Places []*SyncPlace
	// Commits is how many calls wrote and went well where the syncs were counted.
	Commits int
	// Together is what holds and falls without all needless places, under each profile under
	// which there are two or more.
	Together []SyncUnder
	// Pairs are the needless places of which one is needed.
	Pairs []SyncPair
	// Broken are the profiles under which the engine breaks a promise as it is. What it
	// breaks there makes no sync needed.
	Broken []string
	// Cut says what cut the search short, "" if nothing did.
	Cut string
	// Cost is what a sync costs on some disk, nil where nobody measured it.
	Cost *SyncCost
	// NeverReached are the calls that sync in the directories of the engine's source that no
	// program came to, and NotRead says why these are not known, "" if they are.
	NeverReached []journal.Frame
	NotRead      string
}

// SyncCost is what a sync costs on a disk.
type SyncCost struct {
	// FileSystem is its type, "" where that cannot be had.
	FileSystem string
	// Fsync and DataSync are the times that an fsync and an fdatasync take, DataSync 0 where
	// there is none.
	Fsync, DataSync time.Duration
}

// SyncPlace is a place at which an engine syncs: a line of it and what called that, or
// where no stack is known, as of an engine in another language, a kind of file and a call.
type SyncPlace struct {
	// Frames are the innermost of the engine's stack, at most [SyncFrames], empty where
	// none is known.
	Frames []journal.Frame
	// File is the kind of file or directory, with * for its digits, and Op the call, "" for
	// none or several at once: those of the first sync that was met.
	File, Op string
	// Syncs is how often it was met, Opening how often of that while the engine opened.
	Syncs, Opening int
	// DataSyncs is how many of them were an fdatasync, and DataOnly how many were an fsync for
	// which an fdatasync would have done: see [Life.DataOnly].
	DataSyncs, DataOnly int
	// Under are the verdicts, in the order of the map's profiles.
	Under []SyncUnder
}

// SyncFrames is how many frames tell places apart: a helper that syncs is called from
// many.
const SyncFrames = 3

// SyncUnder is what the place is for under one profile.
type SyncUnder struct {
	Profile string
	// Broken is the property that falls where the place's syncs force nothing, "" for none, and
	// Case the evidence.
	Broken models.Property
	Case   *Case
	// Visited is how many crash states were visited, in how many lives.
	Visited, Lives int
	// Cut says what cut the search short, "" if nothing did, and Unreached that no run came to the
	// place. Nothing is known then.
	Cut       string
	Unreached bool
}

// SyncPair is two needless places of which one is needed: either would do.
type SyncPair struct {
	A, B *SyncPlace
	// Under are the profiles under which a promise falls without both.
	Under []SyncUnder
}

// SyncNeed is what a place that syncs is for.
type SyncNeed string

// The needs of a place.
const (
	SyncNeeded     SyncNeed = "needed"
	SyncStrictOnly SyncNeed = "needed under strict-posix only"
	SyncNeedless   SyncNeed = "needless"
	SyncUnknown    SyncNeed = "unknown"
)

// Need returns what the place is for, under all profiles.
func (p *SyncPlace) Need() SyncNeed {
	strict, others, unknown := false, false, false
	for _, u := range p.Under {
		switch {
		case u.Cut != "" || u.Unreached:
			unknown = true
		case u.Broken != "" && u.Profile == crash.StrictPosix().Name:
			strict = true
		case u.Broken != "":
			others = true
		}
	}
	switch {
	case others:
		return SyncNeeded
	case unknown:
		return SyncUnknown
	case strict && len(p.Under) > 1:
		return SyncStrictOnly
	case strict:
		return SyncNeeded
	}
	return SyncNeedless
}

// CouldBeDataSync reports whether each sync of the place was an fsync for which an fdatasync would
// have done.
func (p *SyncPlace) CouldBeDataSync() bool { return p.Syncs > 0 && p.DataOnly == p.Syncs }

// ForEachCommit returns how often the place syncs for each of a map's commits, openings left
// out, and what that costs there. Both are 0 where there are none.
func (m *SyncMap) ForEachCommit(p *SyncPlace) (syncs float64, cost time.Duration) {
	if m.Commits == 0 {
		return 0, 0
	}
	syncs = float64(p.Syncs-p.Opening) / float64(m.Commits)
	if m.Cost == nil {
		return syncs, 0
	}
	each := float64(m.Cost.Fsync)
	if m.Cost.DataSync > 0 {
		data := float64(p.DataSyncs) / float64(p.Syncs)
		each = (1-data)*each + data*float64(m.Cost.DataSync)
	}
	return syncs, time.Duration(syncs * each)
}

// Name names the place in one line.
func (p *SyncPlace) Name() string { return p.named(FrameText) }

// NameWithFile names the place and the kind of file that it writes: one place may write several.
func (p *SyncPlace) NameWithFile() string { return p.File + " " + p.Name() }

// Lines names the place by the lines alone, as in "commit.go:32 < commit.go:20".
func (p *SyncPlace) Lines() string {
	return p.named(func(f journal.Frame) string { return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line) })
}

// named names the place by its frames, or where none is known by file and call.
func (p *SyncPlace) named(frame func(journal.Frame) string) string {
	if len(p.Frames) == 0 {
		return fmt.Sprintf("%s in %s", p.File, cmp.Or(p.Op, "no call, or several"))
	}
	var out []string
	for _, f := range p.Frames {
		out = append(out, frame(f))
	}
	return strings.Join(out, " < ")
}

// SyncPlaceOf returns the place of a sync of the life.
func (l *Life) SyncPlaceOf(event int) *SyncPlace {
	e := l.Journal.Events[event]
	out := SyncPlaceAt(l.Journal.Frames(e.Stack))
	out.File, out.Op = role(e.Path), l.opOf(e.Call)
	return out
}

// SyncPlaceAt returns the place of a sync with this stack, innermost first.
func SyncPlaceAt(stack []journal.Frame) *SyncPlace {
	frames := EngineFrames(stack)
	return &SyncPlace{Frames: slices.Clip(frames[:min(len(frames), SyncFrames)])}
}

// CompareSyncPlaces orders places by file, line and callers; those without frames come last,
// by name.
func CompareSyncPlaces(a, b *SyncPlace) int {
	if (len(a.Frames) == 0) != (len(b.Frames) == 0) {
		return len(b.Frames) - len(a.Frames)
	}
	for i := range min(len(a.Frames), len(b.Frames)) {
		if c := CompareFrames(a.Frames[i], b.Frames[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(len(a.Frames)-len(b.Frames), cmp.Compare(a.Name(), b.Name()))
}

// CompareFrames orders frames by file and line.
func CompareFrames(a, b journal.Frame) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}

// CutShort reports whether something cut the map, or the search for what a place is for, short.
func (m *SyncMap) CutShort() bool {
	cut := func(u SyncUnder) bool { return u.Cut != "" }
	return m.Cut != "" || slices.ContainsFunc(m.Places, func(p *SyncPlace) bool { return slices.ContainsFunc(p.Under, cut) })
}
