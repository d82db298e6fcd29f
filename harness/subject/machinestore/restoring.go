package machinestore

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
)

// restoring returns the factory of machines that are emptied when they are opened, so that no
// snapshot is behind them, and restored from the one in a file.
func restoring(f subject.Factory, file string, calls models.History) (_ subject.Factory, ok bool) {
	name := path.Base(file)
	metadata, ok := generated(calls, name)
	if !ok || path.Base(path.Dir(file)) != besideName {
		return f, false
	}
	open := f.Open
	f.OpenReadOnly = nil
	f.Open = func(env engines.Env) (subject.Store, error) {
		opened, err := open(env)
		if err != nil {
			return nil, err
		}
		s := opened.(*store)
		if err := s.startOver(name, metadata); err != nil {
			return nil, errors.Join(fmt.Errorf("restore from %s: %w", name, err), s.Close())
		}
		return s, nil
	}
	return f, true
}

// generated returns the metadata of the snapshot that calls wrote last to a file of that name.
func generated(calls models.History, name string) (metadata engines.SnapshotMetadata, ok bool) {
	for i := range calls {
		op, isOp := calls[i].Op.(*machine.Op)
		if isOp && op.Kind == machine.Generate && op.Name == name && calls[i].Succeeded() {
			metadata, ok = engines.SnapshotMetadata{LastIncluded: op.Position, Checksum: machine.AnswerOf(&calls[i]).Checksum}, true
		}
	}
	return metadata, ok
}

// startOver makes the machine what a snapshot says, as a node does that starts over from it.
func (s *store) startOver(name string, metadata engines.SnapshotMetadata) error {
	ctx := context.Background()
	if err := s.StateMachine.Reset(ctx); err != nil {
		return err
	}
	return s.ApplySnapshotFromFile(ctx, metadata, s.snapshots.given(name))
}
