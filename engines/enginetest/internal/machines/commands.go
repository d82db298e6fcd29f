package machines

import "github.com/ackproof/ackproof/engines"

type command = engines.Command

// chunk returns entries of term 1 from first on.
func chunk(first uint64, commands ...engines.Command) []engines.Entry {
	var out []engines.Entry
	for i, c := range commands {
		out = append(out, engines.Entry{Index: first + uint64(i), Term: 1, Payload: c.Payload()})
	}
	return out
}

func put(key, value string) engines.Command {
	return engines.Command{Kind: engines.CommandPut, Key: []byte(key), Value: []byte(value)}
}

func del(key string) engines.Command {
	return engines.Command{Kind: engines.CommandDelete, Key: []byte(key)}
}

// swap expects what a caller says, where nil is no value.
func swap(key string, expected []byte, value string) engines.Command {
	return engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte(key), Expected: expected, Value: []byte(value)}
}
