package page

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports"
)

// WriteSyncMap writes a map of syncs as a page: a table, and for each place the lines of source
// around it. Source returns the text of a file; a place of one that it fails for is shown
// without. It fails if w fails.
func WriteSyncMap(w io.Writer, m *evidence.SyncMap, source func(file string) ([]byte, error)) error {
	if err := syncMapPage.Execute(w, newSyncMapView(m, source)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return nil
}

type (
	// syncMapView is what the template shows.
	syncMapView struct {
		Policy           template.HTML
		Style            template.CSS
		Engine, Profiles string
		Sum, Disk        string
		Broken, Together []string
		Places           []syncPlaceView
		Pairs            []syncPairView
		Never            []string
		NotRead          string
	}
	syncPlaceView struct {
		ID, Short, Class string
		Need             evidence.SyncNeed
		Syncs            int
		Each, Cost       string
		Count, DataSync  string
		Under            []string
		Frames           []sourceView
		Case             *syncCaseView
	}
	syncPairView struct {
		A, B  string
		Under []string
	}
	syncCaseView struct {
		Profile, Found, Program string
		Lost                    []string
	}
	// sourceView is a frame with the lines around it, none where these cannot be read.
	sourceView struct {
		place
		Lines []sourceLine
	}
	sourceLine struct {
		Number int
		Text   string
		At     bool
	}
)

func newSyncMapView(m *evidence.SyncMap, source func(string) ([]byte, error)) *syncMapView {
	v := &syncMapView{
		Policy: template.HTML(`<meta http-equiv="Content-Security-Policy" content="` + policy(syncMapStyle, "") + `">`),
		Style:  template.CSS(syncMapStyle), Engine: line(m.Engine), Profiles: strings.Join(m.Profiles, ", "),
		Sum: reports.SyncSum(m), Broken: m.Broken, NotRead: line(m.NotRead), Together: syncLines(m.Together, "them"),
	}
	if m.Cost != nil {
		v.Disk = reports.DiskLine(m.Cost)
	}
	for i, p := range m.Places {
		v.Places = append(v.Places, newSyncPlaceView(m, p, fmt.Sprintf("place-%d", i+1), source))
	}
	for _, p := range m.Pairs {
		v.Pairs = append(v.Pairs, syncPairView{line(p.A.Name()), line(p.B.Name()), syncLines(p.Under, "both")})
	}
	for _, f := range m.NeverReached {
		v.Never = append(v.Never, line(evidence.FrameText(f)))
	}
	return v
}

// syncLines says what holds and falls without some syncs. What engines say is in it.
func syncLines(under []evidence.SyncUnder, it string) []string {
	out := reports.SyncLines(under, it)
	for i, text := range out {
		out[i] = block(text)
	}
	return out
}

// needClasses are the classes of needs in the style.
var needClasses = map[evidence.SyncNeed]string{
	evidence.SyncNeeded: "needed", evidence.SyncStrictOnly: "strict", evidence.SyncNeedless: "needless", evidence.SyncUnknown: "unknown",
}

func newSyncPlaceView(m *evidence.SyncMap, p *evidence.SyncPlace, id string, source func(string) ([]byte, error)) syncPlaceView {
	out := syncPlaceView{
		ID: id, Short: line(p.Name()), Class: needClasses[p.Need()], Need: p.Need(), Syncs: p.Syncs,
		Count: reports.SyncCount(m, p), Under: syncLines(p.Under, "it"),
	}
	if each, cost := m.ForEachCommit(p); each > 0 {
		out.Each = fmt.Sprintf("%.2f", each)
		if cost > 0 {
			out.Cost = reports.CostText(cost)
		}
	}
	if p.CouldBeDataSync() {
		out.DataSync = reports.DataSyncWouldDo
	}
	if len(p.Frames) > 0 {
		out.Short = line(evidence.FrameText(p.Frames[0]))
	}
	for i, f := range places(p.Frames) {
		out.Frames = append(out.Frames, sourceView{f, sourceLines(p.Frames[i], source)})
	}
	for _, u := range p.Under {
		if u.Case != nil {
			out.Case = newSyncCaseView(u)
			break
		}
	}
	return out
}

// lostMax is the most lost effects that are shown of a case.
const lostMax = 12

func newSyncCaseView(u evidence.SyncUnder) *syncCaseView {
	c := u.Case
	out := &syncCaseView{Profile: u.Profile, Found: line(c.Found), Program: block(c.Program.String())}
	if c.Live {
		return out
	}
	lost := c.Lost()
	for _, id := range lost[:min(len(lost), lostMax)] {
		event := c.Life.Journal.Events[c.Life.Crashes().Effect(id).Event]
		out.Lost = append(out.Lost, line(event.String()))
	}
	if more := len(lost) - lostMax; more > 0 {
		out.Lost = append(out.Lost, fmt.Sprintf("and %d more", more))
	}
	return out
}

// sourceLines returns the lines around that of a frame, none if they cannot be read.
func sourceLines(f journal.Frame, source func(string) ([]byte, error)) (out []sourceLine) {
	const around = 3
	text, err := source(f.File)
	if err != nil {
		return nil
	}
	lines := strings.Split(string(text), "\n")
	for n := max(1, f.Line-around); n <= min(len(lines), f.Line+around); n++ {
		out = append(out, sourceLine{n, block(lines[n-1]), n == f.Line})
	}
	return out
}
