package canary_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/internal/keyed"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// style is what an honest store does about a call of the file system that fails.
type style int

const (
	// failStop takes no more calls.
	failStop style = iota
	// retryElsewhere writes under other names, in the same call.
	retryElsewhere
	// rebuild refuses the call, and writes all that it acknowledged anew before the next.
	rebuild
)

// honest is a store that keeps all that it holds in one file, and writes it under a new
// number with each change: no file is written twice, so that no fsync is tried again.
type honest struct {
	style  style
	fs     afero.Fs
	dir    string
	number uint64
	pairs  map[string][]byte
	// failed is why nobody knows what the disk holds, nil if it is pairs.
	failed error
}

const numberedSuffix = ".all"

// honestFactory returns engines on honest stores of a style.
func honestFactory(s style) engines.Factory {
	return engines.Factory{Name: fmt.Sprintf("honest-%d", s), Open: func(env engines.Env) (engines.StorageEngine, error) {
		h := &honest{style: s, fs: env.FS, dir: env.Dir, pairs: map[string][]byte{}}
		if err := h.recover(); err != nil {
			return nil, err
		}
		return keyed.Open(h, keyed.Config{
			Name: "honest", Boundary: []byte("boundary"), HardState: []byte("hard state"),
			Claims: engines.Claims{WriteDurable: true, AtomicBatch: true, AtomicReplace: true, MutationsDurable: true, HardStateDurable: true, OrderedHardState: true},
		})
	}}
}

// recover loads the file with the highest number, and writes it anew: what a process that
// was killed left need not be durable.
func (h *honest) recover() error {
	if err := errors.Join(h.fs.MkdirAll(h.dir, 0o755), h.syncDir(filepath.Dir(h.dir))); err != nil {
		return err
	}
	names, err := h.names()
	if err != nil {
		return err
	}
	for _, name := range names {
		var n uint64
		if _, err := fmt.Sscanf(name, "%d", &n); err != nil {
			return err
		}
		h.number = max(h.number, n)
	}
	if i := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, numberedSuffix) }); i >= 0 {
		data, err := afero.ReadFile(h.fs, filepath.Join(h.dir, names[i]))
		if err == nil {
			err = json.Unmarshal(data, &h.pairs)
		}
		if err != nil {
			return err
		}
	}
	return h.write(h.pairs)
}

// names returns the names in the directory, the highest first.
func (h *honest) names() ([]string, error) {
	d, err := h.fs.Open(h.dir)
	if err != nil {
		return nil, err
	}
	names, err := d.Readdirnames(-1)
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
	return names, errors.Join(err, d.Close())
}

// write makes pairs durable, as the style has it.
func (h *honest) write(pairs map[string][]byte) (err error) {
	tries := 1
	if h.style == retryElsewhere {
		tries = 3
	}
	for range tries {
		if err = h.writeOnce(pairs); err == nil {
			h.removeOld()
			return nil
		}
	}
	return err
}

func (h *honest) writeOnce(pairs map[string][]byte) error {
	data, err := json.Marshal(pairs)
	if err != nil {
		return err
	}
	h.number++
	path := filepath.Join(h.dir, fmt.Sprintf("%020d", h.number))
	f, err := h.fs.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	n, err := f.Write(data)
	if err == nil && n < len(data) {
		err = errors.New("short write")
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := h.fs.Rename(path, path+numberedSuffix); err != nil {
		return err
	}
	return h.syncDir(h.dir)
}

func (h *honest) syncDir(dir string) error {
	d, err := h.fs.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// removeOld removes what has a lower number. What stays does no harm.
func (h *honest) removeOld() {
	names, _ := h.names()
	for _, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("%020d", h.number)) {
			_ = h.fs.Remove(filepath.Join(h.dir, name))
		}
	}
}

// ready returns why the store takes no call.
func (h *honest) ready() error {
	if h.failed != nil && h.style == rebuild {
		h.failed = h.write(h.pairs)
	}
	return h.failed
}

func (h *honest) Read(do func(keyed.Reader) error) error {
	if err := h.ready(); err != nil {
		return err
	}
	return do(h)
}

func (h *honest) Commit(b keyed.Batch, _ bool) error {
	if err := h.ready(); err != nil {
		return err
	}
	next := maps.Clone(h.pairs)
	for _, key := range h.keys() {
		if b.Empties || b.DiscardLast != 0 && key >= entryKey(b.DiscardFirst) && key <= entryKey(b.DiscardLast) {
			delete(next, key)
		}
	}
	for _, e := range b.Put {
		next[entryKey(e.Index)] = keyed.AppendValue(nil, e)
	}
	switch {
	case b.Value != nil:
		next[string(b.Key)] = b.Value
	case b.Key != nil:
		delete(next, string(b.Key))
	}
	if h.failed = h.write(next); h.failed == nil {
		h.pairs = next
	}
	return h.failed
}

func (h *honest) Sync() error { return h.ready() }

func (h *honest) Close() error { return nil }

func (h *honest) Get(key []byte) ([]byte, error) { return h.pairs[string(key)], nil }

// entryKey returns the key of an entry, so that keys sort as indexes do.
func entryKey(index uint64) string { return fmt.Sprintf("entry %016x", index) }

// number returns the key of an entry as the engine has it.
func number(key string) (out []byte) {
	_, err := fmt.Sscanf(key, "entry %x", &out)
	if err != nil {
		panic(err)
	}
	return out
}

// keys returns the keys of the entries in their order.
func (h *honest) keys() (out []string) {
	for key := range h.pairs {
		if strings.HasPrefix(key, "entry ") {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func (h *honest) Ends() (first, last []byte, err error) {
	keys := h.keys()
	if len(keys) == 0 {
		return nil, nil, nil
	}
	return number(keys[0]), number(keys[len(keys)-1]), nil
}

func (h *honest) Scan(first, last uint64, visit func(key, value []byte) (more bool, err error)) error {
	for _, key := range h.keys() {
		if key < entryKey(first) || key > entryKey(last) {
			continue
		}
		if more, err := visit(number(key), h.pairs[key]); err != nil || !more {
			return err
		}
	}
	return nil
}

// TestHonestStoresHold: whatever a store does about a call that fails, it is sound if it
// keeps what it acknowledges.
func TestHonestStoresHold(t *testing.T) {
	styles := []style{rebuild, retryElsewhere, failStop}
	faultsUnder := map[crash.Profile]harness.Faults{crash.StrictPosix(): harness.FaultsAll, crash.Btrfs(): harness.FaultsShare}
	if testing.Short() {
		styles, faultsUnder = styles[:1], map[crash.Profile]harness.Faults{crash.StrictPosix(): harness.FaultsShare}
		t.Log("-short: one style under one profile, with a share of the faults")
	}
	programs := []scenarios.NamedProgram{raftlog.Language.EveryCall()}
	for _, s := range styles {
		for p, faults := range faultsUnder {
			o, err := harness.Verify(t.Context(), honestFactory(s), harness.Config{Profile: p, Faults: faults, Only: programs, Quick: true, FaultsEvery: 1})
			if err != nil {
				t.Fatal(err)
			}
			if o.Verdict != evidence.Held || o.Tally.Faults.Fired == 0 || o.Tally.Faults.Surfaced == 0 {
				t.Errorf("%s: %+v", o.Summary(), o.Tally.Faults)
				for _, f := range o.Findings {
					t.Log(f.Told(p.Name), f.Found, f.Program)
				}
			}
			t.Log(o.Summary(), o.Tally.Faults)
		}
	}
}
