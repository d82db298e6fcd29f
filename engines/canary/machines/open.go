package machines

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	iofs "io/fs"
	"strings"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/machine"
	"github.com/ackproof/ackproof/engines/internal/newfile"
)

// factory returns the factory of machines with mode m.
func (m mode) factory() engines.MachineFactory {
	name := "plain-machine"
	if m.buffered {
		name += "-buffered"
	}
	return engines.MachineFactory{Name: name, Open: func(env engines.Env) (engines.StateMachine, error) {
		p := &plain{mode: m, fs: env.FS, dir: env.Dir, pairs: machine.NewMemory()}
		if err := p.recover(); err != nil {
			return nil, fmt.Errorf("plain machine: open: %w", err)
		}
		return p, nil
	}}
}

var _ engines.MachineClaimer = (*plain)(nil)

// MachineClaims returns what the machine promises. Restores and resets are synced in any
// mode.
func (p *plain) MachineClaims() engines.MachineClaims {
	return engines.MachineClaims{ApplyDurable: !p.buffered, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true, SpaceReclaimed: true, CloseReleases: true}
}

const suffix = ".records"

func fileName(number uint64) string { return fmt.Sprintf("%020d%s", number, suffix) }

// recover loads the newest file and writes it anew. What was read may be in the page cache
// only, where a killed process left it, or one whose fsync failed, so that no fsync of that
// file or its directory reaches it any more.
func (p *plain) recover() error {
	newest, old, err := filesIn(p.fs, p.dir)
	if err != nil {
		return err
	}
	if newest > 0 {
		if err := p.load(newest); err != nil {
			return err
		}
	}
	if err := p.begin(newest + 1); err != nil {
		return err
	}
	if p.plant == keepsOldFiles {
		return nil // plant: machine-old-files-kept
	}
	for _, name := range old {
		_ = p.fs.Remove(p.path(name)) // what stays has a lower number, and the next opening tries again
	}
	return nil
}

// filesIn returns the number of the newest file of records in a directory, 0 for none, and the names
// of all, also of those that were not finished.
func filesIn(fs afero.Fs, dir string) (newest uint64, names []string, err error) {
	infos, err := afero.ReadDir(fs, dir)
	for _, info := range infos {
		var number uint64
		if n, _ := fmt.Sscanf(info.Name(), "%d", &number); n == 0 || !strings.Contains(info.Name(), suffix) {
			continue
		}
		names = append(names, info.Name())
		if info.Name() == fileName(number) {
			newest = max(newest, number)
		}
	}
	return newest, names, err
}

// load makes the changes in the file of the given number.
func (p *plain) load(number uint64) error {
	data, err := afero.ReadFile(p.fs, p.path(fileName(number)))
	if err != nil {
		return err
	}
	r := records{rest: data, seed: uint32(number)}
	c, ok := r.next()
	if !ok { // it was synced before it got its name
		return fmt.Errorf("%w: %s begins with no intact record", engines.ErrCorrupt, fileName(number))
	}
	for ; ok; c, ok = r.next() {
		p.pairs.Apply(c)
		p.state = c.State
	}
	if len(r.rest) > 0 && p.plant == refusesTail { // plant: machine-refuses-torn-tail
		return fmt.Errorf("%w: %s ends with %d bytes that are no record", engines.ErrCorrupt, fileName(number), len(r.rest))
	}
	if p.plant.storesIndexApart() {
		p.state.Applied, err = p.loadIndex()
	}
	return err
}

func (p *plain) loadIndex() (id engines.LogID, err error) {
	data, err := afero.ReadFile(p.fs, p.path(indexName))
	if errors.Is(err, iofs.ErrNotExist) {
		return id, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &id)
	}
	return id, err
}

// begin makes the file of the given number, with the whole state, and goes on in it.
func (p *plain) begin(number uint64) error {
	c, err := wholeOf(p.pairs, p.state)
	if err != nil {
		return err
	}
	record, sum, err := encodeRecord(c, uint32(number))
	if err != nil {
		return err
	}
	p.file, err = newfile.Replace(p.fs, p.path(fileName(number)), func(w io.Writer) error {
		_, err := w.Write(record)
		return err
	})
	p.seed, p.stored = sum, p.state
	return err
}

// wholeOf returns the change that makes all of a state.
func wholeOf(pairs *machine.Memory, state machine.State) (machine.Change, error) {
	c := machine.Change{Replace: true, State: state}
	err := pairs.Scan(nil, func(key, value []byte) error {
		c.Pairs = append(c.Pairs, engines.KeyValue{Key: key, Value: value})
		return nil
	})
	return c, err
}
