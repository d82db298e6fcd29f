package machines

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/engines"
)

// shows wants the machine to show a state, by all that reads it: the pairs, the last
// applied position and the metadata of the last snapshot, which is named where it is one of
// this place.
func shows(want string) step {
	return step{"read everything", func(ctx context.Context, place *Place) error {
		got, err := see(ctx, place)
		if err == nil && got != want {
			err = fmt.Errorf("got state %q, want %q", got, want)
		}
		return err
	}}
}

// see reads everything from the open machine, and every value in two ways.
func see(ctx context.Context, place *Place) (string, error) {
	m := place.machine
	pairs, revision, err := m.ScanPrefix(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("scan: got error %w, want none", err)
	}
	var out strings.Builder
	for _, pair := range pairs {
		fmt.Fprintf(&out, "%s=%s ", pair.Key, pair.Value)
		if value, ok, err := m.Get(ctx, pair.Key); string(value) != string(pair.Value) || !ok || err != nil {
			return "", fmt.Errorf("get %q: got %q, %v, error %v, want %q as a scan returned it", pair.Key, value, ok, err, pair.Value)
		}
	}
	last := m.LastApplied()
	fmt.Fprintf(&out, "at %d/%d", last.Index, last.Term)
	if metadata, ok := m.SnapshotMetadata(); ok {
		fmt.Fprintf(&out, " snapshot %d/%d %s", metadata.LastIncluded.Index, metadata.LastIncluded.Term, place.nameOf(metadata.Checksum))
	}
	return out.String(), seeCounts(m, pairs, revision, last)
}

// seeCounts wants what is counted and known of the last position to agree with a scan.
func seeCounts(m engines.StateMachine, pairs []engines.KeyValue, revision uint64, last engines.LogID) error {
	if revision != last.Index {
		return fmt.Errorf("scan: got revision %d, want the last applied index, %d", revision, last.Index)
	}
	if got := m.Len(); got != len(pairs) || m.IsEmpty() != (len(pairs) == 0) {
		return fmt.Errorf("got length %d, empty %v, want those of %d pairs", got, m.IsEmpty(), len(pairs))
	}
	if term, ok := m.EntryTerm(last.Index); ok != (last.Index > 0) || term != last.Term {
		return fmt.Errorf("got term %d, %v of the last applied entry, want %d (%s)", term, ok, last.Term, ruleTerm)
	}
	return nil
}

// nameOf returns the first name of a snapshot with the checksum, or its first digits.
func (p *Place) nameOf(sum engines.Checksum) string {
	for _, name := range slices.Sorted(maps.Keys(p.snapshots)) {
		if p.snapshots[name].Checksum == sum {
			return name
		}
	}
	return fmt.Sprintf("%x", sum[:4])
}
