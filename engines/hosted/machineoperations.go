package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

// machineOperations are what a worker can do with a state machine.
var machineOperations = map[string]operation[engines.StateMachine]{
	"start": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		return nil, m.Start(context.Background())
	}},
	"stop": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		return nil, m.Stop(context.Background())
	}},
	"is_running": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		running := m.IsRunning()
		return &MachineAnswer{Running: &running}, nil
	}},
	"apply_chunk": {[]string{"entries"}, applyChunk},
	"get":         {[]string{"key"}, get},
	"get_multi":   {[]string{"keys"}, getMulti},
	"scan_prefix": {[]string{"prefix"}, scanPrefix},
	"entry_term": {[]string{"index"}, func(m engines.StateMachine, r *Request) (any, error) {
		term, ok := m.EntryTerm(*r.Index)
		if !ok {
			return nil, nil
		}
		return &MachineAnswer{Term: &term}, nil
	}},
	"len": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		n := m.Len()
		return &MachineAnswer{Len: &n}, nil
	}},
	"last_applied": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		last := m.LastApplied()
		return &MachineAnswer{LastApplied: (*LogID)(&last)}, nil
	}},
	"update_last_applied": {[]string{"index", "term"}, func(m engines.StateMachine, r *Request) (any, error) {
		m.UpdateLastApplied(engines.LogID{Index: *r.Index, Term: *r.Term})
		return nil, nil
	}},
	"persist_last_applied": {[]string{"index", "term"}, func(m engines.StateMachine, r *Request) (any, error) {
		return nil, m.PersistLastApplied(context.Background(), engines.LogID{Index: *r.Index, Term: *r.Term})
	}},
	"snapshot_metadata": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		metadata, ok := m.SnapshotMetadata()
		if !ok {
			return nil, nil
		}
		return &MachineAnswer{Metadata: metadataToWire(metadata)}, nil
	}},
	"update_snapshot_metadata": {[]string{"metadata"}, func(m engines.StateMachine, r *Request) (any, error) {
		m.UpdateSnapshotMetadata(r.Metadata.fromWire())
		return nil, nil
	}},
	"persist_snapshot_metadata": {[]string{"metadata"}, func(m engines.StateMachine, r *Request) (any, error) {
		return nil, m.PersistSnapshotMetadata(context.Background(), r.Metadata.fromWire())
	}},
	"generate_snapshot_data": {[]string{"path", "last_included"}, func(m engines.StateMachine, r *Request) (any, error) {
		sum, err := m.GenerateSnapshotData(context.Background(), *r.Path, engines.LogID(*r.LastIncluded))
		if err != nil {
			return nil, err
		}
		return &MachineAnswer{Checksum: (*Checksum)(&sum)}, nil
	}},
	"apply_snapshot_from_file": {[]string{"metadata", "path"}, func(m engines.StateMachine, r *Request) (any, error) {
		return nil, m.ApplySnapshotFromFile(context.Background(), r.Metadata.fromWire(), *r.Path)
	}},
	"save_hard_state": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		return nil, m.SaveHardState(context.Background())
	}},
	"flush": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		return nil, m.Flush(context.Background())
	}},
	"reset": {nil, func(m engines.StateMachine, _ *Request) (any, error) {
		return nil, m.Reset(context.Background())
	}},
}

func applyChunk(m engines.StateMachine, r *Request) (any, error) {
	results, err := m.ApplyChunk(context.Background(), fromWire(r.Entries))
	if err != nil {
		return nil, err
	}
	answer := &MachineAnswer{Results: make([]ApplyResult, len(results))}
	for i, result := range results {
		answer.Results[i] = ApplyResult(result)
	}
	return answer, nil
}

func get(m engines.StateMachine, r *Request) (any, error) {
	value, ok, err := m.Get(context.Background(), r.Key)
	if err != nil || !ok {
		return nil, err
	}
	return &MachineAnswer{Value: present(value)}, nil
}

func getMulti(m engines.StateMachine, r *Request) (any, error) {
	values, applied, err := m.GetMulti(context.Background(), r.Keys)
	if err != nil {
		return nil, err
	}
	return &MachineAnswer{Values: append([][]byte{}, values...), Applied: &applied}, nil
}

func scanPrefix(m engines.StateMachine, r *Request) (any, error) {
	pairs, revision, err := m.ScanPrefix(context.Background(), r.Prefix)
	if err != nil {
		return nil, err
	}
	answer := &MachineAnswer{Pairs: make([]KeyValue, len(pairs)), Revision: &revision}
	for i, pair := range pairs {
		answer.Pairs[i] = KeyValue{Key: present(pair.Key), Value: present(pair.Value)}
	}
	return answer, nil
}

// describeMachine returns the answer to an open: what machine claims.
func describeMachine(machine engines.StateMachine) any {
	claims := engines.MachineClaimsOf(machine)
	return &MachineAnswer{Claims: (*MachineClaims)(&claims)}
}
