package dengine

import (
	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines/internal/pebblestore"
)

// rocks is a database and the last index of the log in it.
type rocks struct {
	gate
	db   *pebblestore.DB
	last uint64
	// saysDurable is the answer of IsWriteDurable; that it is false is the truth.
	saysDurable bool
}

// commit commits what fill puts into a batch, and leaves the sync to a flush.
func (r *rocks) commit(fill func(*pebble.Batch) error) error { return r.db.Commit(fill, false) }

// flush syncs the write-ahead log, and then writes what is in memory to a table.
func (r *rocks) flush() error {
	if err := r.db.Sync(); err != nil {
		return err
	}
	return r.db.Flush()
}
