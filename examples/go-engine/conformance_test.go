package oslog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	oslog "github.com/ackproof/ackproof/examples/go-engine"
)

func TestConformance(t *testing.T) { enginetest.TestEngine(t, factory) }

var factory = engines.Factory{
	Name:  "oslog",
	Needs: engines.NeedsDir,
	Open:  func(env engines.Env) (engines.StorageEngine, error) { return oslog.Open(env.Dir) },
}
