package filemachine

import (
	"fmt"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
)

// life is a machine on a disk, and what it went through.
type life struct {
	opts Options
	disk *faultfs.Disk
	engines.StateMachine
	// metadata is that of the newest snapshot in the file.
	metadata engines.SnapshotMetadata

	// outcomes are of each step that ran, the last of which may have failed.
	outcomes []outcome
	// failed is the error that ended the program.
	failed error
}

// outcome is what a step came to, and what the machine showed then.
type outcome struct {
	shows             string
	invoked, returned int
	durable           bool
}

// step is a call on a machine, or several.
type step struct {
	name string
	do   func(l *life) error
	// durable: what is there when the step returns is; buffered: of a buffered machine too.
	durable, buffered bool
}

// run opens a machine on a disk and runs steps until one fails.
func run(t *testing.T, opts Options, disk *faultfs.Disk, steps []step) *life {
	t.Helper()
	opts.Dir = testDir
	l := &life{opts: opts, disk: disk}
	steps = append([]step{{"open", (*life).open, true, true}}, steps...)
	for i, s := range steps {
		invoked := l.disk.Invoke(i + 1)
		err := s.do(l)
		o := outcome{invoked: invoked, returned: l.disk.Return(i + 1)}
		if err != nil {
			l.failed = fmt.Errorf("step %d, %s: %w", i, s.name, err)
		} else {
			o.shows, o.durable = show(t, l), s.buffered || s.durable && !opts.Buffered
		}
		l.outcomes = append(l.outcomes, o)
		if err != nil {
			break
		}
	}
	return l
}

// open opens the machine on the disk.
func (l *life) open() (err error) {
	l.opts.FS = l.disk
	if l.StateMachine, err = Open(l.opts); err != nil {
		return err
	}
	return l.Start(ctx)
}

func apply(entries ...engines.Entry) step {
	return step{"apply", func(l *life) error { _, err := l.ApplyChunk(ctx, entries); return err }, true, false}
}

func update(index uint64) step {
	return step{"update", func(l *life) error {
		l.UpdateLastApplied(engines.LogID{Index: index, Term: 2})
		l.UpdateSnapshotMetadata(engines.SnapshotMetadata{LastIncluded: engines.LogID{Index: index - 1, Term: 1}})
		return nil
	}, false, false}
}

var (
	flush   = step{"flush", func(l *life) error { return l.Flush(ctx) }, true, true}
	save    = step{"save hard state", func(l *life) error { return l.SaveHardState(ctx) }, true, true}
	restart = step{"stop", func(l *life) error {
		if err := l.Stop(ctx); err != nil {
			return err
		}
		return l.Start(ctx)
	}, true, true}
	reset  = step{"reset", func(l *life) error { return l.Reset(ctx) }, true, true}
	reopen = step{"reopen", func(l *life) error {
		if err := l.Close(); err != nil {
			return err
		}
		return l.open()
	}, true, true}
	// kill ends the process and opens the machine in the next one.
	kill = step{"kill", func(l *life) error {
		l.disk = l.disk.Kill()
		return l.open()
	}, true, true}
	generate = step{"generate", func(l *life) error {
		l.metadata.LastIncluded = l.LastApplied()
		var err error
		l.metadata.Checksum, err = l.GenerateSnapshotData(ctx, "/snapshots/s", l.metadata.LastIncluded)
		return err
	}, false, false}
	restore     = step{"restore", func(l *life) error { return l.ApplySnapshotFromFile(ctx, l.metadata, "/snapshots/s") }, true, true}
	persistLast = step{"persist last applied", func(l *life) error {
		last := l.LastApplied()
		return l.PersistLastApplied(ctx, engines.LogID{Index: last.Index + 1, Term: last.Term})
	}, true, true}
	persistSnapshot = step{"persist snapshot metadata", func(l *life) error {
		return l.PersistSnapshotMetadata(ctx, l.metadata)
	}, true, true}
)

// programs come to each call of the file system that a machine makes.
var programs = map[string][]step{
	"chunks": {
		apply(puts(1, 5, "a", "b", "c")...), apply(puts(4, 700, "b")...), update(6), apply(deletes(7, "a", "x")...),
		apply(puts(6, 1, "z", "z", "d")...), flush, apply(puts(9, 1500, "c", "e")...), apply(deletes(11, "c")...),
	},
	"reopened": {
		apply(puts(1, 5, "a")...), reopen, apply(puts(2, 600, "b")...), apply(puts(3, 5, "c")...), kill, kill,
		apply(puts(4, 5, "a")...), update(6), reopen, reopen, apply(deletes(7, "b")...), restart, kill,
	},
	"snapshots": {
		apply(puts(1, 5, "a", "b")...), generate, apply(puts(3, 900, "a")...), reset, apply(puts(1, 9, "c")...), restore,
		apply(puts(3, 5, "d")...), persistLast, persistSnapshot, generate, restore, update(6), save, reset, kill,
	},
	"compacted": {
		apply(puts(1, 300, "a")...), apply(puts(2, 300, "a")...), apply(puts(3, 300, "a")...), apply(puts(4, 5, "a")...),
		apply(puts(5, 300, "b", "a")...), reopen, apply(puts(7, 300, "b")...), apply(deletes(8, "a")...), flush, apply(puts(9, 300, "c")...),
	},
}

// both are the machines that programs run on; they compact early.
var both = []Options{{CompactBytes: 900}, {CompactBytes: 900, Buffered: true}}
