package enginetest_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memmachine"
)

func TestMachineInMemory(t *testing.T) { enginetest.TestMachine(t, memmachine.Factory()) }
