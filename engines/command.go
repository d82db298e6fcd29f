package engines

import (
	"encoding/binary"
	"fmt"
)

// CommandKind says what a command does.
type CommandKind byte

// The kinds of commands; their numbers are stored.
const (
	CommandNone           CommandKind = 0 // nothing, as Raft's own entries
	CommandPut            CommandKind = 1
	CommandDelete         CommandKind = 2
	CommandCompareAndSwap CommandKind = 3
)

// Command is what an entry does to a state machine: the meaning of its payload.
type Command struct {
	Kind CommandKind
	Key  []byte
	// Value is what CommandPut and a CommandCompareAndSwap that matches put.
	Value []byte
	// Expected is the value that CommandCompareAndSwap must find; nil is no value at
	// all, which an empty one is not.
	Expected []byte
}

// Payload returns c as the payload of an entry. CommandNone is the empty payload. Any
// other is its kind in one byte, then the key, and then, as far as the kind has them, the
// value and the expected value:
//
//	kind  length of key  key  length of value  value  1 or 0  length of expected  expected
//	1     4              ...  4                ...    1       4                   ...
//
// Lengths are big-endian. The byte 0 says that no value is expected, and ends it.
func (c Command) Payload() []byte {
	if c.Kind == CommandNone {
		return nil
	}
	out := appendBytes([]byte{byte(c.Kind)}, c.Key)
	if c.Kind == CommandDelete {
		return out
	}
	out = appendBytes(out, c.Value)
	switch {
	case c.Kind != CommandCompareAndSwap:
		return out
	case c.Expected == nil:
		return append(out, 0)
	}
	return appendBytes(append(out, 1), c.Expected)
}

func appendBytes(out, field []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(field))), field...)
}

// ParseCommand returns the command that payload is. Its fields share payload's bytes.
// The error wraps [ErrInvalid].
func ParseCommand(payload []byte) (Command, error) {
	if len(payload) == 0 {
		return Command{}, nil
	}
	c, rest := Command{Kind: CommandKind(payload[0])}, payload[1:]
	ok := c.Kind >= CommandPut && c.Kind <= CommandCompareAndSwap
	if ok {
		c.Key, rest, ok = cutBytes(rest)
	}
	if ok && c.Kind != CommandDelete {
		c.Value, rest, ok = cutBytes(rest)
	}
	if ok && c.Kind == CommandCompareAndSwap {
		c.Expected, rest, ok = cutExpected(rest)
	}
	if !ok || len(rest) > 0 {
		return Command{}, fmt.Errorf("%w: a payload of %d bytes is no command: want kind, key, value", ErrInvalid, len(payload))
	}
	return c, nil
}

// cutBytes returns the field that in begins with, never nil, and what follows it.
func cutBytes(in []byte) (field, rest []byte, ok bool) {
	if len(in) < 4 {
		return nil, nil, false
	}
	size := uint64(binary.BigEndian.Uint32(in))
	if in = in[4:]; size > uint64(len(in)) {
		return nil, nil, false
	}
	return in[:size:size], in[size:], true
}

func cutExpected(in []byte) (expected, rest []byte, ok bool) {
	if len(in) == 0 || in[0] > 1 {
		return nil, nil, false
	}
	if in[0] == 0 {
		return nil, in[1:], true
	}
	return cutBytes(in[1:])
}
