package machines

import (
	"encoding/json"
	"io"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// commit makes c, if it changes anything, and all that was written durable if durable says
// so.
func (p *plain) commit(c machine.Change, durable bool) error {
	if c.Replace || len(c.Pairs) > 0 || c.State != p.stored {
		if err := p.write(c); err != nil {
			return p.try(err)
		}
	}
	if !durable {
		return nil
	}
	return p.try(p.sync())
}

// settle stores what moved on in memory, and makes all durable if durable says so.
func (p *plain) settle(durable bool) error {
	return p.commit(machine.Change{State: p.state}, durable)
}

func (p *plain) write(c machine.Change) error {
	if p.plant == storesIndexFirst {
		if err := p.storeIndex(c.State.Applied); err != nil { // plant: machine-applied-index-first
			return err
		}
	}
	record, sum, err := encodeRecord(c, p.seed)
	if err == nil {
		_, err = p.file.Write(record)
	}
	if err != nil {
		return err
	}
	p.seed, p.unsynced = sum, true
	p.pairs.Apply(c.Clone())
	p.state, p.stored = c.State, c.State
	if p.plant != storesIndexLater {
		return nil
	}
	if err := p.sync(); err != nil {
		return err
	}
	return p.storeIndex(c.State.Applied) // plant: machine-applied-index-apart
}

func (p *plain) sync() error {
	if !p.unsynced {
		return nil
	}
	err := p.file.Sync()
	if p.plant == swallowsSyncError {
		err = nil // plant: machine-fsync-error-swallowed
	}
	p.unsynced = err != nil
	return err
}

// indexName is the file that a bug keeps the last applied position in.
const indexName = "applied"

// storeIndex replaces the file of the last applied position, durably. The file itself is
// sound; what is wrong is that it is apart.
func (p *plain) storeIndex(id engines.LogID) error {
	data, err := json.Marshal(id)
	if err != nil {
		return err
	}
	f, err := newfile.Replace(p.fs, p.path(indexName), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return f.Close()
}
