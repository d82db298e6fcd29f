package evidence

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// storedRecord is a Record of which a kind of subject must read a part.
type storedRecord struct {
	Record
	Contract     json.RawMessage `json:"contract"`
	WrittenUnder json.RawMessage `json:"writtenUnder"`
	Recovered    json.RawMessage `json:"recovered"`
	Lives        []storedLife    `json:"lives"`
}

type storedLife struct {
	LifeRecord
	Recovered json.RawMessage `json:"recovered"`
	Calls     json.RawMessage `json:"calls"`
}

// ParseRecord returns the record that text holds, of a subject of one of the kinds.
func ParseRecord(text []byte, kinds ...*subject.Kind) (*Record, error) {
	var stored storedRecord
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, err
	}
	r := &stored.Record
	if err := r.setKind(kinds); err != nil {
		return nil, err
	}
	form := r.Kind.Stored
	var err error
	if r.Contract, err = form.Contract(stored.Contract); err != nil {
		return nil, err
	}
	if stored.WrittenUnder != nil {
		if r.WrittenUnder, err = form.Contract(stored.WrittenUnder); err != nil {
			return nil, err
		}
	}
	if r.Recovered, err = form.Recovered(stored.Recovered); err != nil {
		return nil, err
	}
	for i, l := range stored.Lives {
		life, err := l.read(form)
		if err != nil {
			return nil, fmt.Errorf("life %d: %w", i+1, err)
		}
		r.Lives = append(r.Lives, life)
	}
	return r, nil
}

// setKind finds the kind that r names.
func (r *Record) setKind(kinds []*subject.Kind) error {
	var names []string
	for _, k := range kinds {
		if k.Name == r.Subject {
			r.Kind = k
			return nil
		}
		names = append(names, k.Name)
	}
	slices.Sort(names)
	return fmt.Errorf("it is of a subject called %q, and known here are %s", r.Subject, strings.Join(names, ", "))
}

func (l storedLife) read(form models.Stored) (LifeRecord, error) {
	out := l.LifeRecord
	var err error
	if out.Recovered, err = form.Recovered(l.Recovered); err != nil {
		return out, err
	}
	out.Calls, err = form.History(l.Calls)
	return out, err
}
