package oslog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	oslog "github.com/ackproof/ackproof/examples/go-engine"
	"github.com/ackproof/ackproof/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }

func TestCrash(t *testing.T) {
	var c harness.Config
	if testing.Short() {
		c.SecondLives = 2
		c.Plan.Max = [...]int{40, 40, 40, 40, 40}
	}
	harness.Run(t, engines.Factory{
		Name:  "oslog",
		Needs: engines.NeedsDir,
		Open:  func(env engines.Env) (engines.StorageEngine, error) { return oslog.Open(env.Dir) },
	}, harness.WithConfig(c))
}
