package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/harness/evidence"
)

// WriteSyncMap writes a map as text: each place, what it is for, and a line that sums up.
func WriteSyncMap(w io.Writer, m *evidence.SyncMap) error {
	t := &text{}
	t.line(0, "%s syncs at %s, under %s", m.Engine, counted(len(m.Places), "place"), strings.Join(m.Profiles, ", "))
	for _, profile := range m.Broken {
		t.line(1, "under %s it breaks a promise as it is, which makes no sync needed", profile)
	}
	for _, p := range m.Places {
		t.b.WriteByte('\n')
		t.line(0, "%s, %s", p.Need(), countText(p, m.Commits))
		for i, line := range syncLines(p) {
			t.line(1, "%s%s", map[bool]string{true: "called by "}[i > 0], line)
		}
		for _, line := range underLines(p.Under, "it") {
			t.line(2, "%s", line)
		}
	}
	t.b.WriteByte('\n')
	for _, p := range m.Pairs {
		t.line(0, "one of these two is needed, either would do: %s; and %s", p.A.Name(), p.B.Name())
		for _, line := range underLines(p.Under, "both") {
			t.line(2, "%s", line)
		}
	}
	if len(m.Together) > 0 {
		t.line(0, "without all needless ones together:")
		for _, line := range underLines(m.Together, "them") {
			t.line(2, "%s", line)
		}
	}
	t.line(0, "%s", sumOfSyncs(m))
	_, err := io.WriteString(w, t.b.String())
	return err
}

// countText says how often a place syncs.
func countText(p *evidence.SyncPlace, commits int) string {
	out := counted(p.Syncs, "sync")
	switch {
	case p.Opening == p.Syncs:
		return out + ", all while it opens"
	case commits == 0:
		return out
	}
	return out + fmt.Sprintf(", %.2f for each commit", float64(p.Syncs-p.Opening)/float64(commits))
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

// underLines says what holds and falls without some syncs, the profiles that say the same
// together.
func underLines(under []evidence.SyncUnder, it string) []string {
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
		return fmt.Sprintf("without %s %s falls: %s", it, u.Broken, u.Case.Sentence())
	case u.Cut != "":
		return "not known: " + u.Cut
	}
	return fmt.Sprintf("all holds without %s, in %s of %s", it, counted(u.Visited, "state"), counted(u.Lives, "life"))
}

// sumOfSyncs is the line that sums up.
func sumOfSyncs(m *evidence.SyncMap) string {
	needs, syncs, all := map[evidence.SyncNeed]int{}, map[evidence.SyncNeed]int{}, 0
	committing := map[evidence.SyncNeed]int{}
	for _, p := range m.Places {
		needs[p.Need()]++
		syncs[p.Need()] += p.Syncs
		committing[p.Need()] += p.Syncs - p.Opening
		all += p.Syncs
	}
	out := fmt.Sprintf("%d of %s carry nothing", needs[evidence.SyncNeedless], counted(len(m.Places), "place"))
	if n := syncs[evidence.SyncNeedless]; n > 0 {
		out += fmt.Sprintf(": %.1f %% of the syncs in these programs", 100*float64(n)/float64(all))
		if m.Commits > 0 {
			out += fmt.Sprintf(", %.2f for each commit", float64(committing[evidence.SyncNeedless])/float64(m.Commits))
		}
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

func counted(n int, word string) string {
	switch {
	case n == 1:
		return "1 " + word
	case word == "life":
		word = "live"
	}
	return fmt.Sprintf("%d %ss", n, word)
}
