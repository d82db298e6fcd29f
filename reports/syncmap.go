package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// WriteSyncMap writes a map as text: each place, what it is for, and a line that sums up.
func WriteSyncMap(w io.Writer, m *evidence.SyncMap) error {
	t := &text{}
	t.line(0, "%s syncs at %s, under %s", m.Engine, plain.Count(len(m.Places), "place"), strings.Join(m.Profiles, ", "))
	for _, profile := range m.Broken {
		t.line(1, "under %s it breaks a promise as it is, which makes no sync needed", profile)
	}
	for _, p := range m.Places {
		t.b.WriteByte('\n')
		t.line(0, "%s, %s", p.Need(), SyncCount(m, p))
		for i, line := range syncLines(p) {
			t.line(1, "%s%s", map[bool]string{true: "called by "}[i > 0], line)
		}
		for _, line := range SyncLines(p.Under, "it") {
			t.line(2, "%s", line)
		}
		if p.CouldBeDataSync() {
			t.line(2, "%s", DataSyncWouldDo)
		}
	}
	t.b.WriteByte('\n')
	t.unreached(m)
	for _, p := range m.Pairs {
		t.line(0, "one of these two is needed, either would do: %s; and %s", p.A.Name(), p.B.Name())
		for _, line := range SyncLines(p.Under, "both") {
			t.line(2, "%s", line)
		}
	}
	if len(m.Together) > 0 {
		t.line(0, "without all needless ones together:")
		for _, line := range SyncLines(m.Together, "them") {
			t.line(2, "%s", line)
		}
	}
	t.line(0, "%s", SyncSum(m))
	if m.Cost != nil && len(m.Places) > 0 {
		t.line(0, "%s", DiskLine(m.Cost))
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// DataSyncWouldDo is said of a place where each fsync could be an fdatasync.
const DataSyncWouldDo = "an fdatasync would do: no name or permission of these files had changed"

// unreached says which calls that sync no program came to.
func (t *text) unreached(m *evidence.SyncMap) {
	switch {
	case m.NotRead != "":
		t.line(0, "what is never reached is not known: %s", m.NotRead)
	case len(m.NeverReached) > 0:
		t.line(0, "never reached in the same directories: %s that may sync", plain.Count(len(m.NeverReached), "call"))
		for _, f := range m.NeverReached {
			t.line(1, "%s", evidence.FrameText(f))
		}
	}
}

// SyncCount says how often a place syncs, and what that costs.
func SyncCount(m *evidence.SyncMap, p *evidence.SyncPlace) string {
	out := plain.Count(p.Syncs, "sync")
	if p.Opening == p.Syncs {
		return out + ", all while it opens"
	}
	syncs, cost := m.ForEachCommit(p)
	if syncs > 0 {
		out += fmt.Sprintf(", %.2f for each commit", syncs)
	}
	if cost > 0 {
		out += ": " + CostText(cost)
	}
	return out
}

// CostText returns a time in ms or us.
func CostText(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.1f us", float64(d)/float64(time.Microsecond))
	}
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

// DiskLine says where a sync was measured, and what it took.
func DiskLine(c *evidence.SyncCost) string {
	out := fmt.Sprintf("on %s an fsync takes %s", cmp.Or(c.FileSystem, "an unknown file system"), CostText(c.Fsync))
	if c.DataSync > 0 {
		out += ", an fdatasync " + CostText(c.DataSync)
	}
	if c.FileSystem == "tmpfs" {
		out += "; that is memory: measure the disk that it is meant for"
	}
	return out
}

// syncLines returns a place's frames, or its one name.
func syncLines(p *evidence.SyncPlace) []string {
	if len(p.Frames) == 0 {
		return []string{p.Name()}
	}
	var out []string
	for _, f := range p.Frames {
		out = append(out, evidence.FrameText(f))
	}
	return out
}

// SyncLines says what holds and falls without some syncs, the profiles that say the same
// together.
func SyncLines(under []evidence.SyncUnder, it string) []string {
	var out []string
	profiles := map[string][]string{}
	for _, u := range under {
		text := underText(u, it)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
		profiles[text] = append(profiles[text], u.Profile)
	}
	for i, text := range out {
		out[i] = fmt.Sprintf("%s: %s", strings.Join(profiles[text], ", "), text)
	}
	return out
}

func underText(u evidence.SyncUnder, it string) string {
	switch {
	case u.Broken != "":
		out := fmt.Sprintf("without %s %s falls: %s", it, u.Broken, u.Case.Sentence())
		if u.Case.Shrunk() {
			out += "; the smallest case: " + u.Case.Program.Line()
		}
		return out
	case u.Cut != "":
		return "not known: " + u.Cut
	case u.Unreached:
		return "not known: no run came to " + it
	}
	return fmt.Sprintf("all holds without %s, in %s of %s", it, plain.Count(u.Visited, "state"), livesText(u.Lives))
}

// SyncSum is the line that sums up.
func SyncSum(m *evidence.SyncMap) string {
	needs := map[evidence.SyncNeed]int{}
	for _, p := range m.Places {
		needs[p.Need()]++
	}
	out := fmt.Sprintf("%d of %s carry nothing", needs[evidence.SyncNeedless], plain.Count(len(m.Places), "fsync"))
	if needs[evidence.SyncNeedless] > 0 {
		out += shareOfNeedless(m)
	}
	if n := needs[evidence.SyncStrictOnly]; n > 0 {
		out += fmt.Sprintf("; %d %s for strict-posix only", n, map[bool]string{true: "is", false: "are"}[n == 1])
	}
	if n := needs[evidence.SyncUnknown]; n > 0 {
		out += fmt.Sprintf("; of %d nothing is known", n)
	}
	if m.Cut != "" {
		out += "; cut short: " + m.Cut
	}
	return out
}

// shareOfNeedless says how much the needless places take of what all take.
func shareOfNeedless(m *evidence.SyncMap) string {
	var needless, all, cost, costAll float64
	for _, p := range m.Places {
		n, d := m.ForEachCommit(p)
		all, costAll = all+n, costAll+float64(d)
		if p.Need() == evidence.SyncNeedless {
			needless, cost = needless+n, cost+float64(d)
		}
	}
	switch {
	case needless == 0:
		return ": they sync only while it opens"
	case costAll > 0:
		return fmt.Sprintf(": %.1f %% of your fsync time, %s of %s for each commit", 100*cost/costAll,
			CostText(time.Duration(cost)), CostText(time.Duration(costAll)))
	}
	return fmt.Sprintf(": %.1f %% of the syncs of a commit, %.2f of %.2f", 100*needless/all, needless, all)
}

// livesText counts lives.
func livesText(n int) string {
	if n == 1 {
		return "1 life"
	}
	return fmt.Sprintf("%d lives", n)
}
