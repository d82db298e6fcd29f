package faultfs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/cockroachdb/datadriven"
)

func (s *story) journal(td *datadriven.TestData) (string, error) {
	j := s.disk.Journal()
	until, err := intArgument(td, "until", len(j.Events))
	if err != nil || until < 0 || until > len(j.Events) {
		return "", fmt.Errorf("until: want 0 to %d", len(j.Events))
	}
	j = j.Until(until)
	var out []string
	for i, e := range j.Events {
		line := fmt.Sprintf("%d %v", i, e)
		if e.Call != 0 && !e.IsMark() {
			line += fmt.Sprintf(" (call %d)", e.Call)
		}
		out = append(out, line)
	}
	for _, a := range j.Faults.Armed {
		if a.Events > 0 {
			out = append(out, fmt.Sprintf("after %d events %s is armed", a.Events, a.Fault))
		}
	}
	for _, l := range j.Faults.Spaces {
		limit := fmt.Sprintf("space for %d bytes", l.Bytes)
		if l.Lifted {
			limit = "space for all"
		}
		out = append(out, fmt.Sprintf("after %d events %s", l.Events, limit))
	}
	for _, c := range j.Faults.Counts {
		count := fault.Count{Fault: j.Faults.Armed[c.Fault].Fault, Matched: int(c.Matched), Fired: int(c.Fired)}
		out = append(out, fmt.Sprintf("after %d events %s", c.Events, countText(count)))
	}
	if len(out) == 0 {
		return "nothing", nil
	}
	return strings.Join(out, "\n"), nil
}

// store answers the events as they are stored, one a line, if all that is stored
// comes back.
func (s *story) store(*datadriven.TestData) (string, error) {
	record := s.disk.Journal().Record()
	text, err := json.Marshal(record)
	if err != nil {
		return "", err
	}
	var again journal.Record
	if err := json.Unmarshal(text, &again); err != nil {
		return "", err
	}
	j, err := again.Journal()
	if err != nil {
		return "", err
	}
	if back, err := json.Marshal(j.Record()); err != nil || !bytes.Equal(back, text) {
		return "", fmt.Errorf("stored %s, and what came back as %s: %w", text, back, err)
	}
	var out []string
	for _, e := range record.Events {
		line, err := json.Marshal(e)
		if err != nil {
			return "", err
		}
		out = append(out, string(line))
	}
	for _, f := range record.Armed {
		line, err := json.Marshal(f)
		if err != nil {
			return "", err
		}
		out = append(out, string(line))
	}
	for _, c := range record.Counts {
		line, err := json.Marshal(c)
		if err != nil {
			return "", err
		}
		out = append(out, string(line))
	}
	return strings.Join(out, "\n"), nil
}

// load boots a disk whose journal has these events in its stored form, or answers
// why no disk has journaled them.
func (s *story) load(td *datadriven.TestData) (string, error) {
	record := s.disk.Journal().Record()
	record.Events, record.Armed, record.Counts = nil, nil, nil
	for line := range strings.Lines(td.Input) {
		var e journal.Event
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		switch err := decoder.Decode(&e); {
		case errors.Is(err, journal.ErrRecord):
			return err.Error(), nil
		case err != nil:
			return "", err
		}
		record.Events = append(record.Events, e)
	}
	j, err := record.Journal()
	switch {
	case errors.Is(err, journal.ErrRecord):
		return err.Error(), nil
	case err != nil:
		return "", err
	}
	s.disk = faultfs.Resume(s.config, j)
	return shortImage(s.disk.Image()), nil
}
