package machinetest

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

func readCases() []testCase {
	return []testCase{
		{"get", func(m *subject) {
			m.apply(1, put("full", "1"), put("empty", ""))
			for key, want := range map[string]string{"full": `"1" true`, "empty": `"" true`, "absent": `"" false`, "": `"" false`} {
				value, ok, err := m.Get(m.ctx(), []byte(key))
				if got := fmt.Sprintf("%q %v", value, ok); got != want || err != nil {
					m.t.Errorf("got %s, %v for %q, want %s", got, err, key, want)
				}
			}
		}},
		{"get multi", getMulti},
		{"scan prefix", scanPrefix},
		{"what is read belongs to the caller", func(m *subject) {
			m.apply(1, put("key", "value"))
			value, _, err := m.Get(m.ctx(), []byte("key"))
			m.succeed("get", err)
			values, _, err := m.GetMulti(m.ctx(), [][]byte{[]byte("key")})
			m.succeed("get multi", err)
			pairs, _, err := m.ScanPrefix(m.ctx(), nil)
			m.succeed("scan", err)
			clear(value)
			clear(values[0])
			clear(pairs[0].Key)
			clear(pairs[0].Value)
			m.shows("key=value at 1/1")
		}},
		{"reads during applies", readsDuringApplies},
		{"entry term", func(m *subject) {
			_, err := m.ApplyChunk(m.ctx(), []engines.Entry{{Index: 1, Term: 3}, {Index: 2, Term: 4}})
			m.succeed("apply", err)
			if term, ok := m.EntryTerm(2); term != 4 || !ok {
				m.t.Errorf("got term %d, %v, want 4", term, ok)
			}
			if term, ok := m.EntryTerm(1); ok && term != 3 {
				m.t.Errorf("got term %d of entry 1, want 3 or none", term)
			}
			if term, ok := m.EntryTerm(3); ok {
				m.t.Errorf("got term %d of an entry that was not applied", term)
			}
		}},
	}
}

func getMulti(m *subject) {
	m.apply(1, put("a", "1"), put("b", ""), put("c", "3"))
	keys := [][]byte{[]byte("c"), []byte("absent"), []byte("b"), []byte("a"), []byte("c")}
	values, applied, err := m.GetMulti(m.ctx(), keys)
	m.succeed("get multi", err)
	if got := fmt.Sprintf("%q at %d", values, applied); got != `["3" "" "" "1" "3"] at 3` || values[1] != nil || values[2] == nil {
		m.t.Errorf("got %s, want 3, none, an empty one, 1 and 3, at 3", got)
	}
	if values, applied, err = m.GetMulti(m.ctx(), nil); len(values) != 0 || applied != 3 || err != nil {
		m.t.Errorf("got %q at %d, %v for no keys, want none at 3", values, applied, err)
	}
}

func scanPrefix(m *subject) {
	m.apply(1, put("b", "2"), put("aa", "1"), put("a", "0"), put("ab\xff", "x"), put("ab", "3"), put("\xff\xff", "y"), put("\xff", "z"), del("b"))
	for prefix, want := range map[string]string{
		"":         `"a"="0" "aa"="1" "ab"="3" "ab\xff"="x" "\xff"="z" "\xff\xff"="y" `,
		"a":        `"a"="0" "aa"="1" "ab"="3" "ab\xff"="x" `,
		"ab":       `"ab"="3" "ab\xff"="x" `,
		"b":        "",
		"\xff":     `"\xff"="z" "\xff\xff"="y" `,
		"\xff\xff": `"\xff\xff"="y" `,
	} {
		pairs, revision, err := m.ScanPrefix(m.ctx(), []byte(prefix))
		m.succeed("scan", err)
		got := ""
		for _, pair := range pairs {
			got += fmt.Sprintf("%q=%q ", pair.Key, pair.Value)
		}
		if got != want || revision != 8 {
			m.t.Errorf("prefix %q: got %sat %d, want %sat 8", prefix, got, revision, want)
		}
	}
}

// readsDuringApplies has readers see two keys that every chunk writes alike, with the
// index that wrote them.
func readsDuringApplies(m *subject) {
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for last := uint64(0); ; {
				values, applied, err := m.GetMulti(m.ctx(), [][]byte{[]byte("x"), []byte("y")})
				want := fmt.Appendf(nil, "%d", applied)
				if err != nil || applied < last || applied > 0 && (!bytes.Equal(values[0], want) || !bytes.Equal(values[1], want)) {
					m.t.Errorf("got %q at %d after %d, %v", values, applied, last, err)
					return
				}
				last = applied
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for index := uint64(2); index <= 60; index += 2 {
		value := fmt.Sprint(index)
		m.apply(index-1, put("x", value), put("y", value))
		if index%20 == 0 {
			m.succeed("flush", m.Flush(m.ctx()))
		}
	}
	close(done)
	readers.Wait()
	m.shows("x=60 y=60 at 60/1")
}
