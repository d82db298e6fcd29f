package memlog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/memlog"
)

func TestConformance(t *testing.T) { enginetest.TestEngine(t, memlog.Factory()) }
