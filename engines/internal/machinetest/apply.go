package machinetest

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/ackproof/ackproof/engines"
)

func applyCases() []testCase {
	return []testCase{
		{"new", func(m *subject) { m.shows("at 0/0") }},
		{"commands", func(m *subject) {
			m.apply(1, put("b", "1"), put("a", ""), engines.Command{}, put("b", "2"), put("", "none"))
			m.shows("=none a= b=2 at 5/1")
			m.apply(6, del("a"), del("absent"), put("c", "3"), del("c"))
			m.shows("=none b=2 at 9/1")
		}},
		{"compare-and-swap", compareAndSwap},
		{"empty chunk", func(m *subject) {
			m.apply(1)
			m.shows("at 0/0")
		}},
		{"repeats", repeats},
		{"refused chunks", refusedChunks},
		{"highest index", func(m *subject) {
			m.UpdateLastApplied(engines.LogID{Index: math.MaxUint64 - 1, Term: 1})
			m.apply(math.MaxUint64, put("a", "1"))
			m.shows("a=1 at 18446744073709551615/1")
		}},
		{"chunks belong to the caller", func(m *subject) {
			entries := chunk(1, put("key", "value"))
			_, err := m.ApplyChunk(m.ctx(), entries)
			m.succeed("apply", err)
			clear(entries[0].Payload)
			m.shows("key=value at 1/1")
		}},
		{"cancelled", func(m *subject) {
			ctx, cancel := context.WithCancel(m.ctx())
			cancel()
			if _, err := m.ApplyChunk(ctx, chunk(1, put("a", "1"))); !errors.Is(err, context.Canceled) {
				m.t.Errorf("got %v, want %v", err, context.Canceled)
			}
			m.shows("at 0/0")
		}},
	}
}

func compareAndSwap(m *subject) {
	m.apply(1, put("full", "1"), put("empty", ""))
	entries := chunk(3,
		swap("full", nil, "x"),             // there is a value
		swap("full", []byte{}, "x"),        // it is not empty
		swap("full", []byte("2"), "x"),     // nor is it 2
		swap("full", []byte("1"), "2"),     // it is 1
		swap("full", []byte("2"), "3"),     // and 2 by now
		swap("empty", nil, "x"),            // there is a value
		swap("empty", []byte{}, "4"),       // and it is empty
		swap("absent", []byte{}, "x"),      // there is none
		swap("absent", nil, ""),            // there is none
		swap("absent", nil, "x"),           // by now there is
		del("full"),                        // it has none any more
		swap("full", []byte("3"), "x"),     // nor 3
		swap("full", nil, "5"),             // it has none
		swap("full", []byte("5\x00"), "x"), // it is no longer than that
	)
	results, err := m.ApplyChunk(m.ctx(), entries)
	m.succeed("apply", err)
	want := []bool{false, false, false, true, true, false, true, false, true, false, true, false, true, false}
	for i, result := range results {
		if result != (engines.ApplyResult{Index: uint64(3 + i), Succeeded: want[i]}) {
			m.t.Errorf("got result %+v, want index %d, %v", result, 3+i, want[i])
		}
	}
	if len(results) != len(want) {
		m.t.Errorf("got %d results, want %d", len(results), len(want))
	}
	m.shows("absent= empty=4 full=5 at 16/1")
}

func repeats(m *subject) {
	m.apply(1, put("a", "1"), swap("b", nil, "1"), put("c", "1"))
	again := chunk(2, swap("b", []byte("1"), "2"), put("c", "2"), put("d", "2"), swap("c", []byte("1"), "3"))
	results, err := m.ApplyChunk(m.ctx(), again)
	m.succeed("apply", err)
	want := []engines.ApplyResult{{Index: 2, Repeated: true}, {Index: 3, Repeated: true}, {Index: 4, Succeeded: true}, {Index: 5, Succeeded: true}}
	if !slices.Equal(results, want) {
		m.t.Errorf("got results %+v, want %+v", results, want)
	}
	m.shows("a=1 b=1 c=3 d=2 at 5/1")
	results, err = m.ApplyChunk(m.ctx(), chunk(1, del("a")))
	if m.succeed("apply", err); !slices.Equal(results, []engines.ApplyResult{{Index: 1, Repeated: true}}) {
		m.t.Errorf("got results %+v, want a repeat", results)
	}
	m.shows("a=1 b=1 c=3 d=2 at 5/1")
}

func refusedChunks(m *subject) {
	m.apply(1, put("a", "1"), put("b", "1"))
	bad := chunk(3, put("c", "1"), put("d", "1"), put("e", "1"))
	bad[2].Payload = append(bad[2].Payload, 0)
	again := chunk(1, put("a", "2"), put("b", "2"), put("c", "2"))
	again[0].Payload = []byte{9}
	holed := slices.Delete(chunk(3, put("c", "1"), put("d", "1"), put("e", "1")), 1, 2)
	for _, c := range []struct {
		name    string
		entries []engines.Entry
		want    error
	}{
		{"gap", chunk(4, put("c", "1")), engines.ErrGap},
		{"last payload is no command", bad, engines.ErrInvalid},
		{"payload of a repeat is no command", again, engines.ErrInvalid},
		{"hole", holed, engines.ErrInvalid},
		{"index 0", chunk(0, put("c", "1")), engines.ErrInvalid},
		{"past the highest index", chunk(math.MaxUint64, put("c", "1"), put("d", "1")), engines.ErrInvalid},
	} {
		if results, err := m.ApplyChunk(m.ctx(), c.entries); !errors.Is(err, c.want) || results != nil {
			m.t.Errorf("%s: got %+v, %v, want %v", c.name, results, err, c.want)
		}
		m.shows("a=1 b=1 at 2/1")
	}
	m.apply(3, put("c", "1"))
	m.shows("a=1 b=1 c=1 at 3/1")
}
