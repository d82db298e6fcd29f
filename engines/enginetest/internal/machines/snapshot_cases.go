package machines

import (
	"context"
	"crypto/sha256"
	"fmt"
	iofs "io/fs"
	"slices"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func snapshotCases() []Case {
	return []Case{
		{"generate-elsewhere", ruleGenerate, steps(
			apply(1, put("a", "1")),
			refusedGenerate(engines.LogID{}), refusedGenerate(engines.LogID{Index: 1, Term: 2}), refusedGenerate(engines.LogID{Index: 2, Term: 1}),
			noFile("no"),
		)},
		{"generate-replaces-file", ruleGenerate, steps(
			apply(1, put("a", "1")), generate("same"), keep("same", "first"),
			apply(2, put("a", "2")), generate("same"), refusedRestore(engines.ErrCorrupt, "first", "same"), restore("same"),
		)},
		{"snapshot-of-itself", ruleRestore, steps(
			apply(1, put("a", "1"), put("b", ""), put("", "none")), generate("itself"), shows("=none a=1 b= at 3/1"),
			reset(), apply(1, put("c", "1"), put("a", "2")), restore("itself"), shows("=none a=1 b= at 3/1 snapshot 3/1 itself"),
			restore("itself"), // one of the same position is not behind
			flush(), reopens("=none a=1 b= at 3/1 snapshot 3/1 itself"),
		)},
		{"snapshot-of-empty-machine", ruleRestore, steps(generate("empty"), restore("empty"), shows("at 0/0 snapshot 0/0 empty"))},
		{"snapshot-of-another-machine", ruleRestore, snapshotOfAnother},
		{"refused-snapshots", ruleBadFile, refusedSnapshots},
	}
}

// generate writes a snapshot of the machine to the file of this name.
func generate(name string) step {
	return step{"generate snapshot " + name, func(ctx context.Context, place *Place) error {
		last := place.machine.LastApplied()
		sum, err := place.machine.GenerateSnapshotData(ctx, place.path(name), last)
		if err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		data, err := afero.ReadFile(place.fs(), place.path(name))
		if err != nil {
			return fmt.Errorf("read the file: got error %w, want none", err)
		}
		if want := engines.Checksum(sha256.Sum256(data)); sum != want {
			return fmt.Errorf("got checksum %x, want the file's, %x", sum, want)
		}
		place.snapshots[name] = engines.SnapshotMetadata{LastIncluded: last, Checksum: sum}
		return nil
	}}
}

// keep gives the metadata of a snapshot another name.
func keep(name, as string) step {
	return step{"keep metadata", func(_ context.Context, place *Place) error {
		place.snapshots[as] = place.snapshots[name]
		return nil
	}}
}

func restore(name string) step {
	return step{"restore snapshot " + name, func(ctx context.Context, place *Place) error {
		if err := place.machine.ApplySnapshotFromFile(ctx, place.snapshots[name], place.path(name)); err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		return nil
	}}
}

// refusedRestore wants a file to be refused with the metadata of a name.
func refusedRestore(target error, metadata, file string) step {
	return refused(target, "restore "+file+" with the metadata of "+metadata, func(ctx context.Context, place *Place) error {
		return place.machine.ApplySnapshotFromFile(ctx, place.snapshots[metadata], place.path(file))
	})
}

func refusedGenerate(last engines.LogID) step {
	return refused(engines.ErrInvalid, fmt.Sprintf("generate a snapshot at %d/%d", last.Index, last.Term), func(ctx context.Context, place *Place) error {
		_, err := place.machine.GenerateSnapshotData(ctx, place.path("no"), last)
		return err
	})
}

// noFile wants a refused call to have left none.
func noFile(name string) step {
	return step{"look for the file " + name, func(_ context.Context, place *Place) error {
		if exists, err := afero.Exists(place.fs(), place.path(name)); exists || err != nil {
			return fmt.Errorf("got a file: %v, error %v, want none", exists, err)
		}
		return nil
	}}
}

// snapshotOfAnother restores a machine from another one's snapshot, and that one from its.
func snapshotOfAnother(ctx context.Context, place *Place) (err error) {
	other, err := place.another()
	if err != nil {
		return fmt.Errorf("%w: %w", trial.ErrPlace, err)
	}
	defer func() { err = trial.Join(err, other.Leave()) }()
	if err := other.Open(); err != nil {
		return err
	}
	err = steps(apply(1, put("a", "1"), put("b", "2"), put("k", string(make([]byte, 5000)))), generate("other"))(ctx, other)
	if err != nil {
		return fmt.Errorf("the other machine: %w", err)
	}
	err = steps(
		apply(1, put("z", "1")), restoreOf(other, "other"), apply(4, put("c", "3"), del("k")),
		shows("a=1 b=2 c=3 at 5/1 snapshot 3/1 other"), generate("own"),
	)(ctx, place)
	if err != nil {
		return err
	}
	if err := steps(restoreOf(place, "own"), shows("a=1 b=2 c=3 at 5/1 snapshot 5/1 own"))(ctx, other); err != nil {
		return fmt.Errorf("the other machine: %w", err)
	}
	return nil
}

// restoreOf restores a machine from a snapshot of another place.
func restoreOf(other *Place, name string) step {
	return step{"restore the other's snapshot " + name, func(ctx context.Context, place *Place) error {
		place.snapshots[name] = other.snapshots[name]
		if err := place.machine.ApplySnapshotFromFile(ctx, other.snapshots[name], other.path(name)); err != nil {
			return fmt.Errorf("got error %w, want none", err)
		}
		return nil
	}}
}

// refusedSnapshots has the machine refuse a snapshot that is harmed in many ways.
func refusedSnapshots(ctx context.Context, place *Place) error {
	if err := steps(apply(1, put("a", "1"), put("b", "2")), generate("good"), reset(), apply(1, put("a", "9")))(ctx, place); err != nil {
		return err
	}
	data, err := afero.ReadFile(place.fs(), place.path("good"))
	if err != nil {
		return err
	}
	for _, at := range harmedAt(len(data)) {
		damaged := slices.Clone(data)
		damaged[at] ^= 0x10
		err := steps(refusedBytes(fmt.Sprintf("damaged at %d", at), damaged), refusedBytes(fmt.Sprintf("cut to %d", at), data[:at]))(ctx, place)
		if err != nil {
			return err
		}
	}
	place.snapshots["later"] = engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 3, Term: 1}, Checksum: place.snapshots["good"].Checksum}
	place.snapshots["newer"] = engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: 2, Term: 2}, Checksum: place.snapshots["good"].Checksum}
	return steps(
		refusedBytes("with a byte more", append(slices.Clone(data), 0)),
		refusedRestore(engines.ErrCorrupt, "later", "good"), refusedRestore(engines.ErrCorrupt, "newer", "good"),
		refusedRestore(iofs.ErrNotExist, "good", "absent"), updateApplied(3, 1), refusedRestore(engines.ErrStale, "good", "good"),
	)(ctx, place)
}

// harmedAt returns at which bytes of a file it is harmed: at all of a small one, and at the
// ends of a larger one and evenly between, as each of them costs a file to write.
func harmedAt(size int) []int {
	const most = 256
	stride := max(1, (size+most-3)/(most-1))
	var out []int
	for at := 0; at < size-1; at += stride {
		out = append(out, at)
	}
	if size > 0 {
		out = append(out, size-1)
	}
	return out
}

// refusedBytes wants a file to be refused, known by the metadata of the good one and by its
// own.
func refusedBytes(how string, data []byte) step {
	return step{"restore a snapshot " + how, func(ctx context.Context, place *Place) error {
		if err := afero.WriteFile(place.fs(), place.path("bad"), data, 0o644); err != nil {
			return fmt.Errorf("%w: %w", trial.ErrPlace, err)
		}
		place.snapshots["bad"] = engines.SnapshotMetadata{LastIncluded: place.snapshots["good"].LastIncluded, Checksum: sha256.Sum256(data)}
		if err := refusedRestore(engines.ErrCorrupt, "good", "bad").do(ctx, place); err != nil {
			return err
		}
		if err := refusedRestore(engines.ErrCorrupt, "bad", "bad").do(ctx, place); err != nil {
			return fmt.Errorf("%w, with its own checksum", err)
		}
		return nil
	}}
}
