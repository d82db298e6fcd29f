package logstore

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/raftlog"
)

// Probe appends an entry after what the engine showed, and reads it back.
func (s *store) Probe(ctx context.Context, v models.View) (models.Probe, error) {
	entry := probeEntry(v.(*raftlog.View))
	if most := s.factory.Limits.PayloadMaxBytes(); most > 0 {
		entry.Payload = entry.Payload[:min(most, len(entry.Payload))]
	}
	want := raftlog.EntryOf(entry)
	log := s.LogStore()
	if err := log.PersistEntries(ctx, []engines.Entry{entry}); err != nil {
		return nil, err
	}
	got, ok, err := log.Entry(ctx, entry.Index)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		err = mismatch("entry %d was appended and cannot be read", entry.Index)
	case raftlog.EntryOf(got) != want:
		err = mismatch("entry %d was appended and reads back as something else", entry.Index)
	case log.LastIndex() != entry.Index:
		err = mismatch("entry %d was appended and the last index is %d", entry.Index, log.LastIndex())
	}
	return &raftlog.Probe{Entry: want}, err
}

func mismatch(format string, args ...any) error {
	return subject.Mismatch(fmt.Sprintf(format, args...))
}

var probePayload = []byte("after the crash")

// probeEntry returns an entry that any log with this view must take.
func probeEntry(v *raftlog.View) engines.Entry {
	e := engines.Entry{Index: v.LastIndex + 1, Term: max(v.HardState.Term, v.Boundary.Term), Payload: probePayload}
	if n := len(v.Entries); n > 0 {
		e.Term = max(e.Term, v.Entries[n-1].Term)
	}
	return e
}
