package raftlog_test

import (
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models/raftlog"
)

// TestOpenedBy: the reader says whether what an open shows is durable, and has a purge boundary
// only from a writer that keeps it. All else is each one's own.
func TestOpenedBy(t *testing.T) {
	for _, c := range []struct{ writer, reader, written, opened raftlog.Contract }{
		{
			raftlog.Contract{Claims: engines.Claims{WriteDurable: true}, KeepsBoundary: true},
			raftlog.Contract{Claims: engines.Claims{AtomicBatch: true, RecoveryNeedsFlush: true}, KeepsBoundary: true},
			raftlog.Contract{Claims: engines.Claims{WriteDurable: true, RecoveryNeedsFlush: true}, KeepsBoundary: true},
			raftlog.Contract{Claims: engines.Claims{AtomicBatch: true, RecoveryNeedsFlush: true}, KeepsBoundary: true},
		},
		{
			raftlog.Contract{Claims: engines.Claims{AtomicBatch: true, RecoveryNeedsFlush: true}},
			raftlog.Contract{Claims: engines.Claims{WriteDurable: true}, KeepsBoundary: true},
			raftlog.Contract{Claims: engines.Claims{AtomicBatch: true}},
			raftlog.Contract{Claims: engines.Claims{WriteDurable: true}},
		},
		{
			raftlog.Contract{KeepsBoundary: true},
			raftlog.Contract{},
			raftlog.Contract{KeepsBoundary: true},
			raftlog.Contract{},
		},
	} {
		if written, opened := c.writer.OpenedBy(c.reader); written != c.written || opened != c.opened {
			t.Errorf("%+v opened by %+v: got %+v and %+v, want %+v and %+v", c.writer, c.reader, written, opened, c.written, c.opened)
		}
	}
}
