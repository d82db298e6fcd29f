package enginetest

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
)

// entry returns the one entry that this suite writes at index in term: each
// position and term has a payload of its own, so that a payload that came from
// elsewhere shows.
func entry(index, term uint64) engines.Entry {
	return engines.Entry{Index: index, Term: term, Payload: fmt.Appendf(nil, "entry %d of term %d", index, term)}
}

// sized returns an entry whose payload is of sizeBytes and repeats no short
// pattern, so that a shifted page shows.
func sized(index, term uint64, sizeBytes int) engines.Entry {
	e := engines.Entry{Index: index, Term: term, Payload: make([]byte, sizeBytes)}
	x := index<<32 ^ term ^ 0x2545f4914f6cdd1d
	for i := range e.Payload {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		e.Payload[i] = byte(x)
	}
	return e
}

// span returns the entries first..last of term.
func span(first, last, term uint64) []engines.Entry {
	var out []engines.Entry
	for index := first; index <= last; index++ {
		out = append(out, entry(index, term))
	}
	return out
}
