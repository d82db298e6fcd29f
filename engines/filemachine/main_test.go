package filemachine

import (
	"runtime/debug"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(500) // small disks come and go
	goleak.VerifyTestMain(m)
}
