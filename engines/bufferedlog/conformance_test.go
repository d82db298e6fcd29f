package bufferedlog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/bufferedlog"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/memlog"
)

var small = filelog.Options{SegmentBytes: 16 << 10}

// Both strategies conform above logs of each kind, with a buffer that fills up and one
// that does not.
func TestConformance(t *testing.T) {
	for _, f := range []engines.Factory{
		bufferedlog.Factory(filelog.Factory(small), bufferedlog.Options{}),
		bufferedlog.Factory(filelog.BufferedFactory(small), bufferedlog.Options{}),
		bufferedlog.Factory(filelog.Factory(small), bufferedlog.Options{Strategy: bufferedlog.MemoryFirst}),
		bufferedlog.Factory(filelog.BufferedFactory(small), bufferedlog.Options{Strategy: bufferedlog.MemoryFirst, BufferBytes: 32}),
		bufferedlog.Factory(memlog.Factory(), bufferedlog.Options{Strategy: bufferedlog.MemoryFirst}),
	} {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
	}
}
