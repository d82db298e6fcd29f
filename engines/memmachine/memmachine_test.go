package memmachine_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memmachine"
)

func TestContract(t *testing.T) { enginetest.TestMachine(t, memmachine.Factory()) }

func TestClaims(t *testing.T) {
	got, want := engines.MachineClaimsOf(memmachine.New(nil)), engines.MachineClaims{Volatile: true, ReadersNotBlocked: true, SpaceReclaimed: true, CloseReleases: true}
	if got != want {
		t.Errorf("got claims %+v, want %+v", got, want)
	}
}
