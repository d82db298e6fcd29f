package engines_test

import (
	"encoding/json"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// silent is a machine that states no claims.
type silent struct{ engines.StateMachine }

// claiming is one that does.
type claiming struct {
	engines.StateMachine
	claims engines.MachineClaims
}

func (c claiming) MachineClaims() engines.MachineClaims { return c.claims }

func TestMachineClaimsOf(t *testing.T) {
	durable := engines.MachineClaims{ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true}
	volatile := durable
	volatile.Volatile, volatile.ReadersNotBlocked, volatile.ChunkMaySplit = true, true, true
	for _, c := range []struct {
		name    string
		machine engines.StateMachine
		want    engines.MachineClaims
	}{
		{"silent", silent{}, engines.MachineClaims{ShutdownDurable: true}},
		{"nothing", claiming{}, engines.MachineClaims{}},
		{"durable", claiming{claims: durable}, durable},
		{"volatile", claiming{claims: volatile}, engines.MachineClaims{Volatile: true, ReadersNotBlocked: true, ChunkMaySplit: true}},
	} {
		if got := engines.MachineClaimsOf(c.machine); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// What a machine leaves out it does not say, so that older texts mean what they meant.
func TestMachineClaimsAsJSON(t *testing.T) {
	for _, claims := range []engines.MachineClaims{{}, {ApplyDurable: true, PersistNeedsFlush: true}} {
		text, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		var got engines.MachineClaims
		if err := json.Unmarshal(text, &got); err != nil || got != claims {
			t.Errorf("%s is %+v, %v, want %+v", text, got, err, claims)
		}
	}
	if text, err := json.Marshal(engines.MachineClaims{}); string(text) != "{}" || err != nil {
		t.Errorf("got %s, %v, want {}", text, err)
	}
}
