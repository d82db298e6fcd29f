package machines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest/trial"
)

func readCases() []Case {
	return []Case{
		{"get", ruleGet, steps(
			apply(1, put("full", "1"), put("empty", "")),
			gets("full", "1", true), gets("empty", "", true), gets("absent", "", false), gets("", "", false),
		)},
		{"get-multi", ruleGetMulti, steps(
			apply(1, put("a", "1"), put("b", ""), put("c", "3")),
			getsMulti(3, `"3" none "" "1" "3" `, "c", "absent", "b", "a", "c"), getsMulti(3, ""),
		)},
		{"scan-prefix", ruleScan, steps(
			apply(1, put("b", "2"), put("aa", "1"), put("a", "0"), put("ab\xff", "x"), put("ab", "3"), put("\xff\xff", "y"), put("\xff", "z"), del("b")),
			scans("", 8, `"a"="0" "aa"="1" "ab"="3" "ab\xff"="x" "\xff"="z" "\xff\xff"="y" `),
			scans("a", 8, `"a"="0" "aa"="1" "ab"="3" "ab\xff"="x" `), scans("ab", 8, `"ab"="3" "ab\xff"="x" `), scans("b", 8, ""),
			scans("\xff", 8, `"\xff"="z" "\xff\xff"="y" `), scans("\xff\xff", 8, `"\xff\xff"="y" `),
		)},
		{"caller-changes-result", ruleOwned, callerChanges},
		{"readers-beside-applies", ruleGetMulti, readersBesideApplies},
		{"entry-term", ruleTerm, steps(
			applyAll([]engines.Entry{{Index: 1, Term: 3}, {Index: 2, Term: 4}}, "yy"), termOf(2, 4, true), termOf(1, 3, false), termOf(3, 0, false),
		)},
	}
}

func gets(key, want string, wantOK bool) step {
	return step{fmt.Sprintf("get %q", key), func(ctx context.Context, place *Place) error {
		got, ok, err := place.machine.Get(ctx, []byte(key))
		if err != nil || string(got) != want || ok != wantOK {
			return fmt.Errorf("got %.40q, %v, error %v, want %.40q, %v", got, ok, err, want, wantOK)
		}
		return nil
	}}
}

// getsMulti wants values in quotes, or the word none, each with a space behind.
func getsMulti(applied uint64, want string, keys ...string) step {
	return step{fmt.Sprintf("get %q together", keys), func(ctx context.Context, place *Place) error {
		asked := make([][]byte, len(keys))
		for i, key := range keys {
			asked[i] = []byte(key)
		}
		values, at, err := place.machine.GetMulti(ctx, asked)
		got := ""
		for _, value := range values {
			if value == nil {
				got += "none "
				continue
			}
			got += fmt.Sprintf("%q ", value)
		}
		if err != nil || got != want || at != applied {
			return fmt.Errorf("got %sat %d, error %v, want %sat %d", got, at, err, want, applied)
		}
		return nil
	}}
}

func scans(prefix string, revision uint64, want string) step {
	return step{fmt.Sprintf("scan %q", prefix), func(ctx context.Context, place *Place) error {
		pairs, at, err := place.machine.ScanPrefix(ctx, []byte(prefix))
		got := ""
		for _, pair := range pairs {
			got += fmt.Sprintf("%q=%q ", pair.Key, pair.Value)
		}
		if err != nil || got != want || at != revision {
			return fmt.Errorf("got %sat %d, error %v, want %sat %d", got, at, err, want, revision)
		}
		return nil
	}}
}

// termOf wants the term of an entry, or none where that need not be known.
func termOf(index, want uint64, known bool) step {
	return step{fmt.Sprintf("term of entry %d", index), func(_ context.Context, place *Place) error {
		if got, ok := place.machine.EntryTerm(index); ok && got != want || !ok && known {
			return fmt.Errorf("got term %d, %v, want %d", got, ok, want)
		}
		return nil
	}}
}

func callerChanges(ctx context.Context, place *Place) error {
	if err := steps(apply(1, put("key", "value")))(ctx, place); err != nil {
		return err
	}
	m, key := place.machine, []byte("key")
	value, _, getErr := m.Get(ctx, key)
	values, _, multiErr := m.GetMulti(ctx, [][]byte{key})
	pairs, _, scanErr := m.ScanPrefix(ctx, nil)
	if err := errors.Join(getErr, multiErr, scanErr); err != nil {
		return fmt.Errorf("got error %w, want none", err)
	}
	if len(values) != 1 || len(pairs) != 1 {
		return fmt.Errorf("got %d values and %d pairs, want one of each", len(values), len(pairs))
	}
	clear(value)
	clear(values[0])
	clear(pairs[0].Key)
	clear(pairs[0].Value)
	return steps(shows("key=value at 1/1"))(ctx, place)
}

// readersBesideApplies has readers see two keys that every chunk writes alike, with the
// index that wrote them.
func readersBesideApplies(ctx context.Context, place *Place) error {
	var p pairs
	write := func(failed func() bool) error { return p.apply(ctx, place, failed) }
	err := trial.Beside(place.progress, write, p.reader(ctx, place.machine), p.reader(ctx, place.machine))
	if err != nil {
		return err
	}
	return steps(shows(fmt.Sprintf("x=%d y=%[1]d at %[1]d/1", p.last)))(ctx, place)
}

// pairs are two values that every chunk makes its last index.
type pairs struct {
	last uint64
	// seen counts the reads that found a newer chunk than the one before.
	seen atomic.Int64
}

// apply applies chunks until readers have seen some of them, or there were many, or a
// reader failed.
func (p *pairs) apply(ctx context.Context, place *Place, failed func() bool) error {
	const seenWanted, lastMin, lastMax = 10, 60, 4000
	for p.last < lastMax && (p.last < lastMin || p.seen.Load() < seenWanted) && !failed() {
		value := fmt.Sprint(p.last + 2)
		all := []step{apply(p.last+1, put("x", value), put("y", value))}
		if p.last += 2; p.last%20 == 0 {
			all = append(all, flush())
		}
		if err := steps(all...)(ctx, place); err != nil {
			return err
		}
		runtime.Gosched()
	}
	return nil
}

// reader returns a read of both values, which must not go back from the one before.
func (p *pairs) reader(ctx context.Context, m engines.StateMachine) func() error {
	last := uint64(0)
	return func() error {
		values, applied, err := m.GetMulti(ctx, [][]byte{[]byte("x"), []byte("y")})
		if err != nil {
			return fmt.Errorf("get x and y while chunks are applied: got error %w, want none", err)
		}
		if len(values) != 2 {
			return fmt.Errorf("get x and y while chunks are applied: got %q, want two values", values)
		}
		want := fmt.Appendf(nil, "%d", applied)
		if applied < last || applied > 0 && (!bytes.Equal(values[0], want) || !bytes.Equal(values[1], want)) {
			return fmt.Errorf("get x and y while chunks are applied: got %q at %d after %d, want those of one applied index", values, applied, last)
		}
		if applied > last {
			p.seen.Add(1)
		}
		last = applied
		return nil
	}
}
