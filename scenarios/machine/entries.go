package machine

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/scenarios"
)

// KeysMax is how many keys entries write, those of compare-and-swaps included: few, so that
// they write over each other.
const KeysMax = 10

// swappedKeys are the last of them, of which values are words, so that many
// compare-and-swaps find what they expect.
const swappedKeys = 2

// words are the values of swappedKeys; the first is none.
var words = [][]byte{nil, []byte("red"), []byte("green"), []byte("blue")}

// Key returns the key at a place, 1 being the first. After the last comes the first again.
func Key(place int) []byte {
	return fmt.Appendf(nil, "key%d", (max(1, place)-1)%KeysMax+1)
}

// Committed is the log that the machine applies: what stands at an index stays there. The
// zero value is empty.
type Committed struct {
	entries []engines.Entry
}

// upTo makes the log reach index. What is not there yet is nothing, as Raft's own entries
// are, of the last term.
func (c *Committed) upTo(index uint64) {
	for uint64(len(c.entries)) < index {
		c.entries = append(c.entries, engines.Entry{Index: uint64(len(c.entries)) + 1, Term: max(1, c.LastTerm())})
	}
}

// LastTerm returns the term of the last entry, 0 if there is none.
func (c *Committed) LastTerm() uint64 {
	if len(c.entries) == 0 {
		return 0
	}
	return c.entries[len(c.entries)-1].Term
}

// Learn makes the log reach an entry that somebody showed. What is not there yet before it
// is nothing, of its term.
func (c *Committed) Learn(id engines.LogID) {
	for uint64(len(c.entries)) < id.Index {
		c.entries = append(c.entries, engines.Entry{Index: uint64(len(c.entries)) + 1, Term: id.Term})
	}
}

// ID returns the position of index, which the log holds, or 0.
func (c *Committed) ID(index uint64) engines.LogID {
	if index == 0 {
		return engines.LogID{}
	}
	return c.entries[index-1].ID()
}

// Chunk returns count entries from first on. Those that are new are as s says, and of the
// last term or of term if that is higher.
func (c *Committed) Chunk(first uint64, count int, term uint64, s scenarios.Step) []engines.Entry {
	c.upTo(first - 1)
	end := first - 1 + uint64(count)
	fresh := int(end) - len(c.entries)
	for i := range fresh {
		e := engines.Entry{Index: uint64(len(c.entries)) + 1, Term: max(1, term, c.LastTerm())}
		if i > 0 && i > fresh-max(1, s.Terms) {
			e.Term++
		}
		sizes := s.PayloadSizes()
		e.Payload = command(e, sizes[i%len(sizes)].Pick(e.Index, e.Term), s.Fill).Payload()
		c.entries = append(c.entries, e)
	}
	return append([]engines.Entry{}, c.entries[first-1:end]...)
}

// command returns what an entry does: by its position alone, but for the size of its value.
func command(e engines.Entry, sizeBytes int, fill scenarios.Fill) engines.Command {
	draw := scenarios.Mix(e.Index, e.Term)
	plain := Key(1 + int(draw>>8%(KeysMax-swappedKeys)))
	swapped := Key(KeysMax - int(draw>>8%swappedKeys))
	word := words[1+draw>>16%3]
	switch draw % 10 {
	case 0:
		return engines.Command{Kind: engines.CommandDelete, Key: plain}
	case 1, 2:
		return engines.Command{Kind: engines.CommandCompareAndSwap, Key: swapped, Value: word, Expected: words[draw>>24%4]}
	case 3:
		return engines.Command{Kind: engines.CommandPut, Key: swapped, Value: word}
	}
	value := make([]byte, sizeBytes)
	fill.Write(value, e.Index, e.Term)
	if fill == scenarios.FillRandom {
		copy(value, fmt.Sprintf("%d/%d ", e.Index, e.Term)) // for who reads it
	}
	return engines.Command{Kind: engines.CommandPut, Key: plain, Value: value}
}
