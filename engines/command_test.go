package engines_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// commands are those of every kind, with what is easily mixed up: nil and empty.
func commands() []engines.Command {
	key, value := []byte("key"), []byte{0, 1}
	return []engines.Command{
		{},
		{Kind: engines.CommandPut, Key: key, Value: value},
		{Kind: engines.CommandPut, Key: []byte{}, Value: []byte{}},
		{Kind: engines.CommandDelete, Key: key},
		{Kind: engines.CommandDelete, Key: []byte{}},
		{Kind: engines.CommandCompareAndSwap, Key: key, Value: value, Expected: []byte("old")},
		{Kind: engines.CommandCompareAndSwap, Key: key, Value: value, Expected: []byte{}},
		{Kind: engines.CommandCompareAndSwap, Key: key, Value: []byte{}},
	}
}

func TestCommandsParseBack(t *testing.T) {
	for _, c := range commands() {
		got, err := engines.ParseCommand(c.Payload())
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%#v came back as %#v, %v", c, got, err)
		}
	}
}

// Stored payloads outlive the program that wrote them.
func TestPayloadLayout(t *testing.T) {
	swap := engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte("k"), Value: []byte("new"), Expected: []byte("o")}
	put := engines.Command{Kind: engines.CommandPut, Key: []byte("k")}
	for _, c := range []struct{ got, want []byte }{
		{swap.Payload(), []byte("\x03\x00\x00\x00\x01k\x00\x00\x00\x03new\x01\x00\x00\x00\x01o")},
		{put.Payload(), []byte("\x01\x00\x00\x00\x01k\x00\x00\x00\x00")},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("got payload %q, want %q", c.got, c.want)
		}
	}
}

func TestMalformedPayloads(t *testing.T) {
	malformed := map[string][]byte{
		"kind 4":             {4, 0, 0, 0, 0, 0, 0, 0, 0},
		"kind 0":             {0},
		"kind 255":           {255, 0, 0, 0, 0},
		"expected 2":         {3, 0, 0, 0, 0, 0, 0, 0, 0, 2},
		"length past memory": {2, 255, 255, 255, 255, 'k'},
		"length past end":    {2, 0, 0, 0, 2, 'k'},
	}
	for _, c := range commands() {
		payload := c.Payload()
		malformed[fmt.Sprintf("%q and a byte more", payload)] = append(bytes.Clone(payload), 0)
		for size := 1; size < len(payload); size++ {
			malformed[fmt.Sprintf("%d bytes of %q", size, payload)] = payload[:size]
		}
	}
	for name, payload := range malformed {
		if c, err := engines.ParseCommand(payload); !errors.Is(err, engines.ErrInvalid) || !reflect.DeepEqual(c, engines.Command{}) {
			t.Errorf("%s: got %+v, %v, want %v", name, c, err, engines.ErrInvalid)
		}
	}
}

// An append to a field must not reach the next one.
func TestFieldsEndWhereTheyEnd(t *testing.T) {
	payload := engines.Command{Kind: engines.CommandPut, Key: []byte("k"), Value: []byte("value")}.Payload()
	c, err := engines.ParseCommand(payload)
	if err != nil {
		t.Fatal(err)
	}
	_ = append(c.Key, "overwritten"...)
	if string(c.Value) != "value" {
		t.Errorf("got value %q after an append to the key", c.Value)
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, c := range commands() {
		f.Add(c.Payload())
	}
	f.Add([]byte{3, 0, 0, 0, 0, 0, 0, 0, 0, 2})
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, err := engines.ParseCommand(payload)
		if err != nil {
			if !errors.Is(err, engines.ErrInvalid) {
				t.Errorf("got %v, want %v", err, engines.ErrInvalid)
			}
			return
		}
		if again := c.Payload(); !bytes.Equal(again, payload) {
			t.Errorf("%x is %+v, which is %x", payload, c, again)
		}
	})
}
