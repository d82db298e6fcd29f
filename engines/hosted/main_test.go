package hosted

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	workIfAsked()
	goleak.VerifyTestMain(m)
}
