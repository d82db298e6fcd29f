package machine

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// Bundles store these as JSON.
func TestStoredForms(t *testing.T) {
	long := ValueOf([]byte(strings.Repeat("x", textMax+1)))
	meta := metadataOf(3, 7)
	for _, want := range []any{
		&Op{Kind: Apply, Entries: []Entry{entry(1, 1, "a=1"), entry(1, 2, "-a"), entry(2, 3, "a:1>2"), entry(2, 4, "a:>2"), entry(2, 5, "")}},
		&Op{Kind: Restore, Name: "s", Metadata: meta, Harm: Cut},
		&Op{Kind: GetMulti, Keys: []string{"a", "b"}},
		&Op{Kind: PersistApplied, Position: at(4)},
		&Answer{Results: []engines.ApplyResult{{Index: 1, Succeeded: true}, {Index: 2, Repeated: true}}},
		&Answer{Values: []*Value{nil, &long}, Applied: at(3), Metadata: &meta, Checksum: engines.Checksum{1}},
		shows("a=1 b=", 2).snapshot(1, 2).file("s", 3).View,
		&Probe{entry(1, 2, "a=1")},
		&durable, &late,
	} {
		stored, err := json.Marshal(want)
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		if err == nil {
			err = json.Unmarshal(stored, got)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want %+v", stored, got, err, want)
		}
	}
	if got, err := json.Marshal(modest); err != nil || string(got) != "{}" {
		t.Errorf("got %s, %v, want {}", got, err)
	}
}

func TestValues(t *testing.T) {
	values := ValuesOf([]byte("a"), []byte{}, nil, []byte{0xff}, []byte(strings.Repeat("x", 25)), []byte(strings.Repeat("y", 25)))
	for i, want := range []string{`"a"`, `""`, "absent", "1 bytes", "25 bytes", "25 bytes"} {
		if got := values[i].String(); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
		for j := range values {
			if same := values[i].isSame(values[j]); same != (i == j) {
				t.Errorf("%s and %s: got %t", values[i], values[j], same)
			}
		}
	}
	pairs := PairsOf([]engines.KeyValue{{Key: []byte("k"), Value: []byte("v")}})
	if want := []Pair{{"k", ValueOf([]byte("v"))}}; !slices.Equal(pairs, want) {
		t.Errorf("got %v, want %v", pairs, want)
	}
}

// Whatever a view shows is part of its key.
func TestViewKeys(t *testing.T) {
	seen := map[models.Digest]string{}
	for _, s := range []*shown{
		shows("", 0), shows("a=1", 0), shows("a=2", 0), shows("b=1", 0), shows("a=1 b=1", 0), shows("b=1 a=1", 0),
		shows("", 1), shows("", 1).term(2), shows("", 0).snapshot(0, 0), shows("", 0).snapshot(1, 0), shows("", 0).snapshot(0, 1),
		shows("", 0).file("s", 1), shows("", 0).file("s", 2), shows("", 0).file("t", 1),
	} {
		if old, ok := seen[s.View.Key()]; ok {
			t.Errorf("%s and %s have one key", old, s.View)
		}
		seen[s.View.Key()] = s.View.String()
	}
}

func TestProbe(t *testing.T) {
	p := &Probe{entry(1, 3, "c=1")}
	r := shows("a=1", 2)
	r.Probe, r.Again = p, shows("a=1 c=1", 3).View
	if !r.ShowsAgain() || len(r.view().Pairs) != 1 {
		t.Errorf("got %s, want %s", p.After(r.View), r.Again)
	}
	h := begin().apply(1, "a=1", "").h
	if v := judge(t, modest, h, &r.Recovered); v.Outcome != models.Pass {
		t.Errorf("got %v", v.Violations)
	}
	r.Again = shows("a=1", 2).View
	want := "the first open showed {a=\"1\"} at 2 (term 1) with no snapshot and entry 3 was applied, yet the second showed"
	if v := judge(t, modest, h, &r.Recovered); v.Outcome != models.Fail || !strings.HasPrefix(v.Violations[0].Sentence, want) {
		t.Errorf("got %s %v, want %s", v.Outcome, v.Violations, want)
	}
	if other := (&Probe{entry(1, 3, "c=2")}); other.Key() == p.Key() {
		t.Error("two probes have one key")
	}
}

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{"unknown": true}
	for k := Apply; k <= ending; k++ {
		if seen[k.String()] {
			t.Errorf("%d is called %s", k, k)
		}
		seen[k.String()] = true
	}
	for h := Unharmed; h <= OtherVersion; h++ {
		if seen[h.String()] {
			t.Errorf("%d is called %s", h, h)
		}
		seen[h.String()] = true
	}
}

func TestContracts(t *testing.T) {
	machine := struct{ engines.StateMachine }{}
	if got := ContractOf(machine); got != closing || !models.PromisesOfClose(got) {
		t.Errorf("got %+v, want %+v", got, closing)
	}
	if more, ok := modest.Promised(); !ok || !more.(Contract).ApplyDurable {
		t.Errorf("got %+v, %t", more, ok)
	}
	for _, c := range []Contract{durable, volatile} {
		if _, ok := c.Promised(); ok {
			t.Errorf("%+v: got more, want none", c)
		}
	}
	if models.PromisesOfClose(volatile) || volatile.Claimed().Has(models.AckedDurable) || !durable.Claimed().Has(models.AckedDurable) {
		t.Error("want nothing durable of a volatile machine")
	}
	if !modest.Claimed().Has(models.ApplyAtomic) || split.Claimed().Has(models.ApplyAtomic) {
		t.Error("want chunks atomic unless that is declined")
	}
}

// TestCorruptionDetected: the claim has two properties, and a word.
func TestCorruptionDetected(t *testing.T) {
	own := models.SetOf(models.NoSilentCorruption, models.NoSilentTruncation)
	claiming := Contract{engines.MachineClaims{CorruptionDetected: true}}
	for c, want := range map[Contract]models.PropertySet{claiming: own, {}: 0} {
		if got := c.Claimed() & own; got != want || slices.Contains(c.ClaimWords(), "corruption-detected") != (want == own) {
			t.Errorf("%v: got properties %b, want %b", c.ClaimWords(), got, want)
		}
	}
}
