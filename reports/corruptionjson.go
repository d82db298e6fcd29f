package reports

import (
	"encoding/json"
	"io"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// CorruptionMapVersion is the version of the JSON form of a map of corruptions.
const CorruptionMapVersion = 1

type (
	jsonCorruptionMap struct {
		Version  int                  `json:"version"`
		Engine   string               `json:"engine"`
		Claimed  bool                 `json:"claimed"`
		Programs int                  `json:"programs"`
		Places   []jsonCorruptedPlace `json:"places"`
		Total    map[string]int       `json:"total"`
		Silent   int                  `json:"silent"`
		Cut      string               `json:"cut,omitempty"`
	}
	jsonCorruptedPlace struct {
		Name      string          `json:"name"`
		Frames    []journal.Frame `json:"frames,omitempty"`
		File      string          `json:"file"`
		Op        string          `json:"op"`
		Writes    int             `json:"writes"`
		Reactions []jsonReacted   `json:"reactions"`
	}
	jsonReacted struct {
		Kind     corrupt.Kind      `json:"kind"`
		Reaction evidence.Reaction `json:"reaction"`
		Count    int               `json:"count"`
		Program  string            `json:"program"`
		What     string            `json:"what"`
		Shown    string            `json:"shown,omitempty"`
	}
)

// WriteCorruptionMapJSON writes a map as one line of JSON, in the form's current version. Equal maps
// give equal bytes.
func WriteCorruptionMapJSON(w io.Writer, m *evidence.CorruptionMap) error {
	out := jsonCorruptionMap{
		Version: CorruptionMapVersion, Engine: m.Engine, Claimed: m.Claimed, Programs: m.Programs,
		Places: []jsonCorruptedPlace{}, Total: map[string]int{}, Silent: m.Silent(), Cut: m.Cut,
	}
	for _, r := range evidence.Reactions() {
		if n := m.Count(r); n > 0 {
			out.Total[string(r)] = n
		}
	}
	for _, p := range m.Places {
		place := jsonCorruptedPlace{p.Name(), p.Frames, p.File, p.Op, p.Records, []jsonReacted{}}
		for _, kind := range corrupt.Kinds() {
			for _, r := range evidence.Reactions() {
				if first := p.By[kind][r]; first != nil {
					place.Reactions = append(place.Reactions, jsonReacted{kind, r, first.Count, first.Program, first.What, first.Shown})
				}
			}
		}
		out.Places = append(out.Places, place)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
