package hosted

import (
	"context"

	"github.com/ackproof/ackproof/engines"
)

func (m *machine) Get(ctx context.Context, key []byte) (value []byte, ok bool, err error) {
	var answer MachineAnswer
	err = m.call(ctx, "get", Request{Key: present(key)}, &answer)
	return answer.Value, answer.Value != nil, err
}

func (m *machine) GetMulti(ctx context.Context, keys [][]byte) (values [][]byte, applied uint64, err error) {
	request := Request{Keys: make([][]byte, len(keys))}
	for i, key := range keys {
		request.Keys[i] = present(key)
	}
	var answer MachineAnswer
	if err := m.call(ctx, "get_multi", request, &answer); err != nil {
		return nil, 0, err
	}
	switch {
	case answer.Values == nil:
		return nil, 0, m.lacks("get_multi", "values", "one for each key")
	case len(answer.Values) != len(keys):
		return nil, 0, m.conn.garbage("got an answer to get_multi with %d values, want %d, one for each key", len(answer.Values), len(keys))
	case answer.Applied == nil:
		return nil, 0, m.lacks("get_multi", "applied", "a number")
	}
	return answer.Values, *answer.Applied, nil
}

func (m *machine) ScanPrefix(ctx context.Context, prefix []byte) (pairs []engines.KeyValue, revision uint64, err error) {
	var answer MachineAnswer
	if err := m.call(ctx, "scan_prefix", Request{Prefix: present(prefix)}, &answer); err != nil {
		return nil, 0, err
	}
	switch {
	case answer.Pairs == nil:
		return nil, 0, m.lacks("scan_prefix", "pairs", "an array, which may be empty")
	case answer.Revision == nil:
		return nil, 0, m.lacks("scan_prefix", "revision", "a number")
	}
	pairs = make([]engines.KeyValue, len(answer.Pairs))
	for i, pair := range answer.Pairs {
		if pair.Key == nil || pair.Value == nil {
			return nil, 0, m.conn.garbage("got an answer to scan_prefix whose pair %d lacks its key or its value, want both", i)
		}
		pairs[i] = engines.KeyValue(pair)
	}
	return pairs, *answer.Revision, nil
}

func (m *machine) EntryTerm(index uint64) (term uint64, ok bool) {
	var answer MachineAnswer
	if !m.ask("entry_term", Request{Index: &index}, &answer) || answer.Term == nil {
		return 0, false
	}
	return *answer.Term, true
}

func (m *machine) Len() int {
	var answer MachineAnswer
	if !m.ask("len", Request{}, &answer) {
		return 0
	}
	if answer.Len == nil || *answer.Len < 0 {
		panic(m.lacks("len", "len", "a number from 0"))
	}
	return *answer.Len
}

// IsEmpty asks how many keys there are: a worker has one operation for both.
func (m *machine) IsEmpty() bool { return m.Len() == 0 }
