package harness_test

import (
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// The test of an engine by one program, in full: what [harness.Verify] does besides is
// to do it for many programs, and each thing once.
func Example() {
	program := raftlog.MustParse("persist 2\nsave-hard-state term=+1")
	for _, engine := range []engines.Factory{filelog.Factory(filelog.Options{}), unsynced()} {
		failing, err := failingStates(engine, program)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: breaks a promise in some crash states: %v\n", engine.Name, failing > 0)
	}
	// Output:
	// file: breaks a promise in some crash states: false
	// unsynced: breaks a promise in some crash states: true
}

func failingStates(engine engines.Factory, program scenarios.Program) (failing int, err error) {
	recording, err := harness.Record(engine, harness.Config{}, program)
	if err != nil {
		return 0, err
	}
	for _, life := range recording.Lives {
		for state := range life.Crashes().Walk(crash.Plan{}) {
			image, err := life.Image(state.State())
			if err != nil {
				return 0, err
			}
			recovered, err := harness.Recover(engine, image)
			if err != nil {
				return 0, err
			}
			if life.Verdict(state.Point(), recovered).Outcome == models.Fail {
				failing++
			}
		}
	}
	return failing, nil
}
