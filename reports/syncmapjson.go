package reports

import (
	"encoding/json"
	"io"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// SyncMapVersion is the version of the JSON form of a map of syncs.
const SyncMapVersion = 1

type (
	jsonSyncMap struct {
		Version  int             `json:"version"`
		Engine   string          `json:"engine"`
		Profiles []string        `json:"profiles"`
		Places   []jsonSyncPlace `json:"places"`
		Pairs    []jsonSyncPair  `json:"pairs,omitempty"`
		Together []jsonSyncUnder `json:"together,omitempty"`
		Commits  int             `json:"commits"`
		Broken   []string        `json:"broken,omitempty"`
		Cut      string          `json:"cut,omitempty"`
		Disk     *jsonSyncCost   `json:"disk,omitempty"`
		Never    []journal.Frame `json:"neverReached,omitempty"`
		NotRead  string          `json:"neverReachedUnknown,omitempty"`
	}
	jsonSyncCost struct {
		FileSystem      string  `json:"fileSystem,omitempty"`
		FsyncSeconds    float64 `json:"fsyncSeconds"`
		DataSyncSeconds float64 `json:"fdatasyncSeconds,omitempty"`
	}
	jsonSyncPlace struct {
		Name   string            `json:"name"`
		Frames []journal.Frame   `json:"frames,omitempty"`
		File   string            `json:"file"`
		Op     string            `json:"op"`
		Syncs  int               `json:"syncs"`
		Opens  int               `json:"opening"`
		Data   int               `json:"fdatasyncs,omitempty"`
		Would  bool              `json:"couldBeFdatasync,omitempty"`
		Each   float64           `json:"forEachCommit"`
		Cost   float64           `json:"secondsForEachCommit,omitempty"`
		Need   evidence.SyncNeed `json:"need"`
		Under  []jsonSyncUnder   `json:"under"`
	}
	jsonSyncUnder struct {
		Profile string          `json:"profile"`
		Breaks  models.Property `json:"breaks,omitempty"`
		Finding *Finding        `json:"finding,omitempty"`
		Visited int             `json:"visited"`
		Lives   int             `json:"lives"`
		Cut     string          `json:"cut,omitempty"`
		Not     bool            `json:"unreached,omitempty"`
	}
	jsonSyncPair struct {
		Places [2]string       `json:"places"`
		Under  []jsonSyncUnder `json:"under"`
	}
)

// WriteSyncMapJSON writes a map as one line of JSON, in the form's current version. Equal
// maps give equal bytes.
func WriteSyncMapJSON(w io.Writer, m *evidence.SyncMap) error {
	out := jsonSyncMap{
		Version: SyncMapVersion, Engine: m.Engine, Profiles: m.Profiles, Places: []jsonSyncPlace{},
		Together: jsonUnders(m.Together), Commits: m.Commits, Broken: m.Broken, Cut: m.Cut,
		Never: m.NeverReached, NotRead: m.NotRead,
	}
	if c := m.Cost; c != nil {
		out.Disk = &jsonSyncCost{c.FileSystem, c.Fsync.Seconds(), c.DataSync.Seconds()}
	}
	for _, p := range m.Places {
		each, cost := m.ForEachCommit(p)
		out.Places = append(out.Places, jsonSyncPlace{
			p.Name(), p.Frames, p.File, p.Op, p.Syncs, p.Opening, p.DataSyncs, p.CouldBeDataSync(), each, cost.Seconds(),
			p.Need(), jsonUnders(p.Under),
		})
	}
	for _, p := range m.Pairs {
		out.Pairs = append(out.Pairs, jsonSyncPair{[2]string{p.A.Name(), p.B.Name()}, jsonUnders(p.Under)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func jsonUnders(all []evidence.SyncUnder) []jsonSyncUnder {
	var out []jsonSyncUnder
	for _, u := range all {
		j := jsonSyncUnder{Profile: u.Profile, Breaks: u.Broken, Visited: u.Visited, Lives: u.Lives, Cut: u.Cut, Not: u.Unreached}
		if u.Case != nil {
			f := NewFinding(u.Case)
			j.Finding = &f
		}
		out = append(out, j)
	}
	return out
}
