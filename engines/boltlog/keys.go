package boltlog

import (
	"encoding/binary"

	"github.com/ackproof/ackproof/engines/internal/keyed"
)

// fileName is the file of an engine.
const fileName = "log.db"

// The layout is in the package comment. A bucket is made by the first write to
// it; one that is not there is empty.
var (
	logBucket    = []byte("log")
	metaBucket   = []byte("meta")
	boundaryKey  = []byte("boundary")
	hardStateKey = []byte("hardstate")
)

func entryKey(index uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 0, keyed.NumberBytes), index)
}
