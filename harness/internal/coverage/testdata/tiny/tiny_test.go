package tiny_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/internal/coverage/testdata/tiny"
)

func TestMain(m *testing.M) { harness.Main(m) }

func TestInMemory(t *testing.T) { harness.Run(t, tiny.Factory(engines.NeedsFS)) }

func TestInWorkers(t *testing.T) { harness.Run(t, tiny.Factory(engines.NeedsDir)) }
