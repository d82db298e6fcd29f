package evidence_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

func TestFrameText(t *testing.T) {
	for function, want := range map[string]string{
		"example.com/a/wal.(*Log).append": "wal.(*Log).append log.go:8",
		"example.com/pebble/v2.(*DB).Set": "pebble/v2.(*DB).Set log.go:8",
		"main.main":                       "main.main log.go:8",
	} {
		if got := evidence.FrameText(journal.Frame{Function: function, File: "/src/log.go", Line: 8}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEngineFramesOfStack(t *testing.T) {
	stack := "runtime.goexit({})\n\t/usr/lib/go/src/runtime/asm.s:1 +0x1\n" +
		"example.com/wal.(*Log).replay(0xc0, {0x1, 0x2})\n\t/src/wal/log.go:88 +0x5\n" +
		"github.com/ackproof/ackproof/harness.(*probing).run(0xc0)\n\t/src/harness/recover.go:90 +0x5\ncreated by x"
	want := []journal.Frame{{Function: "example.com/wal.(*Log).replay", File: "/src/wal/log.go", Line: 88}}
	if got := evidence.EngineFrames(evidence.ParseStack(stack)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A stack is cut where Ackproof calls the engine, by the full path of its packages: an
// engine's own package may be named as one of them.
func TestEngineFramesAreCutByFullPath(t *testing.T) {
	const own = "github.com/ackproof/ackproof/"
	for name, test := range map[string]struct{ stack, want []string }{
		"an engine in a package harness": {
			stack: []string{"example.com/db/harness.(*WAL).write", "example.com/db/harness.Open", own + "harness/internal/host.(*recoveryRun).open", "main.main"},
			want:  []string{"example.com/db/harness.(*WAL).write", "example.com/db/harness.Open"},
		},
		"an engine in a package hosted": {
			stack: []string{"example.com/hosted.Open", own + "engines/hosted.(*Server).open", "main.main"},
			want:  []string{"example.com/hosted.Open"},
		},
		"an engine of ours": {
			stack: []string{own + "faultfs.(*File).Write", "bufio.(*Writer).Flush", own + "engines/filelog.(*log).append", own + "harness.Verify"},
			want:  []string{own + "engines/filelog.(*log).append"},
		},
		"what calls the harness": {
			stack: []string{"example.com/wal.Open", own + "harness/internal/host.viewReadOnly", "example.com/wal_test.TestCrash"},
			want:  []string{"example.com/wal.Open"},
		},
	} {
		var stack []journal.Frame
		for _, function := range test.stack {
			stack = append(stack, journal.Frame{Function: function})
		}
		var got []string
		for _, f := range evidence.EngineFrames(stack) {
			got = append(got, f.Function)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
