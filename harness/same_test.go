package harness_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// TestSameJournalsInTwoProcesses records programs here and in another process:
// the journals and histories are the same to the byte.
func TestSameJournalsInTwoProcesses(t *testing.T) {
	const variable = "ACKPROOF_TEST_PRINT_JOURNALS"
	here := journals(t)
	if os.Getenv(variable) != "" {
		fmt.Println("journals", here)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), variable+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var there string
	for line := range strings.Lines(string(out)) {
		if _, err := fmt.Sscanf(line, "journals %s", &there); err == nil {
			break
		}
	}
	if there != here {
		t.Errorf("journals here hash to %s, in another process to %q", here, there)
	}
}

// journals returns a hash of what several programs make the file engine do.
func journals(t *testing.T) string {
	t.Helper()
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for seed := range uint64(20) {
		program := raftlog.Language.Example(seed+1, scenarios.Config{Crashes: true, Sequential: true})
		recording, err := harness.Record(filelog.Factory(small), harness.Config{}, program)
		if err != nil {
			t.Fatal(err)
		}
		if recording.Failed != nil {
			t.Fatalf("%v", recording.Failed.Verdict)
		}
		for _, life := range recording.Lives {
			if err := encoder.Encode(life.Journal.Record()); err != nil {
				t.Fatal(err)
			}
			if err := encoder.Encode(life.Calls); err != nil {
				t.Fatal(err)
			}
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}
