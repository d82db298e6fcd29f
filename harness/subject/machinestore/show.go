package machinestore

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
)

// Show reads everything that the machine shows, and which snapshots there are.
func (s *store) Show(ctx context.Context) (models.View, error) {
	v := &machine.View{LastApplied: s.LastApplied()}
	pairs, revision, err := s.ScanPrefix(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	v.Pairs = machine.PairsOf(pairs)
	if v.LastApplied.Index > 0 {
		v.Term, _ = s.EntryTerm(v.LastApplied.Index)
	}
	v.Metadata, v.HasMetadata = s.SnapshotMetadata()
	if v.Files, err = s.snapshots.files(); err != nil {
		return nil, fmt.Errorf("list the snapshots: %w", err)
	}
	return v, s.checkReads(ctx, v, pairs, revision)
}

// checkReads checks that what is read by other calls agrees with a scan.
func (s *store) checkReads(ctx context.Context, v *machine.View, pairs []engines.KeyValue, revision uint64) error {
	if revision != v.LastApplied.Index {
		return subject.Mismatch(fmt.Sprintf("the scan is as of index %d, and the last applied index is %d", revision, v.LastApplied.Index))
	}
	if n := s.Len(); n != len(pairs) || s.IsEmpty() != (n == 0) {
		return subject.Mismatch(fmt.Sprintf("a scan gives %d keys, the machine says that it has %d, and that it is empty: %v", len(pairs), n, s.IsEmpty()))
	}
	for _, i := range []int{0, len(pairs) - 1} {
		if i < 0 || i >= len(pairs) {
			continue
		}
		value, ok, err := s.Get(ctx, pairs[i].Key)
		switch {
		case err != nil:
			return fmt.Errorf("get %q: %w", pairs[i].Key, err)
		case !ok || string(value) != string(pairs[i].Value):
			return subject.Mismatch(fmt.Sprintf("key %q alone has not the value that a scan gives", pairs[i].Key))
		}
	}
	return nil
}

// probeKey and probeValue are what is written after a crash.
var probeKey, probeValue = []byte("after"), []byte("the crash")

// Probe applies an entry after what the machine showed, and reads its key back.
func (s *store) Probe(ctx context.Context, v models.View) (models.Probe, error) {
	at := v.(*machine.View).LastApplied
	entry := engines.Entry{Index: at.Index + 1, Term: max(1, at.Term)}
	entry.Payload = engines.Command{Kind: engines.CommandPut, Key: probeKey, Value: probeValue}.Payload()
	results, err := s.ApplyChunk(ctx, []engines.Entry{entry})
	if err != nil {
		return nil, err
	}
	value, ok, err := s.Get(ctx, probeKey)
	switch {
	case err != nil:
		return nil, err
	case len(results) != 1 || !results[0].Succeeded || results[0].Index != entry.Index:
		err = subject.Mismatch(fmt.Sprintf("entry %d was applied, and its results are %v", entry.Index, results))
	case !ok || string(value) != string(probeValue):
		err = subject.Mismatch(fmt.Sprintf("entry %d was applied, and key %q does not have its value", entry.Index, probeKey))
	case s.LastApplied() != entry.ID():
		err = subject.Mismatch(fmt.Sprintf("entry %d was applied, and the last applied index is %d", entry.Index, s.LastApplied().Index))
	}
	return &machine.Probe{Entry: machine.EntryOf(entry)}, err
}
