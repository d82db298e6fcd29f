package reports

import (
	"encoding/json"
	"io"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// CorruptionMapVersion is the version of the JSON form of a map of corruptions.
const CorruptionMapVersion = 2

type (
	jsonCorruptionMap struct {
		Version  int                  `json:"version"`
		Engine   string               `json:"engine"`
		Claimed  bool                 `json:"claimed"`
		Programs int                  `json:"programs"`
		Places   []jsonCorruptedPlace `json:"places"`
		// Total counts the reactions at rest and while running, by time.
		Total  map[string]map[evidence.Reaction]int `json:"total"`
		Lying  []jsonReacted                        `json:"lying"`
		Silent int                                  `json:"silent"`
		Cut    string                               `json:"cut,omitempty"`
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
		When     string            `json:"when,omitempty"`
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
		Places: []jsonCorruptedPlace{}, Total: map[string]map[evidence.Reaction]int{}, Silent: m.Silent(), Cut: m.Cut,
		Lying: append([]jsonReacted{}, jsonReactions("", corrupt.Lying, m.Lying)...),
	}
	tables := CorruptionTables(m)
	for _, t := range tables {
		out.Total[t.Short] = map[evidence.Reaction]int{}
		for r, reacted := range t.All {
			out.Total[t.Short][r] = reacted.Count
		}
	}
	for _, p := range m.Places {
		place := jsonCorruptedPlace{p.Name(), p.Frames, p.File, p.Op, p.Records, []jsonReacted{}}
		for _, kind := range corrupt.Kinds() {
			for _, t := range tables {
				place.Reactions = append(place.Reactions, jsonReactions(t.Short, kind, t.Of(p)[kind])...)
			}
		}
		out.Places = append(out.Places, place)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func jsonReactions(when string, kind corrupt.Kind, by evidence.ByReaction) (out []jsonReacted) {
	for _, r := range evidence.Reactions() {
		if first := by[r]; first != nil {
			out = append(out, jsonReacted{when, kind, r, first.Count, first.Program, first.What, first.Shown})
		}
	}
	return out
}
