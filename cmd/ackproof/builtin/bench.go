package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/engines/boltmachine"
	"github.com/ackproof/ackproof/engines/bufferedlog"
	"github.com/ackproof/ackproof/engines/enginebench"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/engines/pebblemachine"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
)

// Benched is an engine whose performance is measured.
type Benched struct {
	// Factory is the engine as the harness runs it, for its journal.
	subject.Factory
	// About says in one line what it is.
	About string
	// Measurements are what is measured of it.
	Measurements []enginebench.Measurement
}

// BenchedLog returns a log store to be measured.
func BenchedLog(f engines.Factory, about string) Benched {
	return Benched{Factory: logstore.Of(f), About: about, Measurements: enginebench.Log(f)}
}

// BenchedMachine returns a state machine to be measured.
func BenchedMachine(f engines.MachineFactory, about string) Benched {
	return Benched{Factory: machinestore.Of(f), About: about, Measurements: enginebench.Machine(f)}
}

// BenchedEngines returns the engines that are measured, in the order of listings: those of
// [Engines] as they are used in production, where those are tuned for crash states.
func BenchedEngines() BenchedList {
	const isPlain = ", tables not compressed"
	return BenchedList{
		BenchedLog(filelog.Factory(filelog.Options{}), "plain files, durable when a call returns"),
		BenchedLog(filelog.BufferedFactory(filelog.Options{}), "plain files, durable at flush"),
		BenchedLog(pebblelog.Factory(pebbleFiles, nil), "Pebble, durable when a call returns"),
		BenchedLog(named("pebble-nocompression", pebblelog.Factory(pebbleFiles, uncompressed)), "Pebble, durable when a call returns"+isPlain),
		BenchedLog(pebblelog.BufferedFactory(pebbleFiles, nil), "Pebble, durable at flush"),
		BenchedLog(named("pebble-buffered-nocompression", pebblelog.BufferedFactory(pebbleFiles, uncompressed)), "Pebble, durable at flush"+isPlain),
		BenchedLog(boltlog.Factory(boltlog.Options{}), "bbolt, durable when a call returns"),
		BenchedLog(boltlog.NoSyncFactory(boltlog.Options{}), "bbolt that calls fsync only at flush"),
		BenchedLog(bufferedlog.Factory(filelog.Factory(filelog.Options{}), memoryFirst), "a durable index above plain files, written behind the caller"),
		BenchedLog(bufferedlog.Factory(filelog.BufferedFactory(filelog.Options{}), bufferedlog.Options{}), "a durable index above plain files, written through"),
		BenchedLog(bufferedlog.Factory(pebblelog.BufferedFactory(pebbleFiles, nil), memoryFirst), "a durable index above Pebble, written behind the caller"),
		BenchedLog(memlog.Factory(), "memory, promises nothing"),
		BenchedMachine(filemachine.Factory(filemachine.Options{}), "a state machine in a file, durable when a call returns"),
		BenchedMachine(filemachine.BufferedFactory(filemachine.Options{}), "a state machine in a file, durable at flush"),
		BenchedMachine(pebblemachine.Factory(pebbleFiles, nil), "a state machine on Pebble, durable when a call returns"),
		BenchedMachine(pebblemachine.BufferedFactory(pebbleFiles, nil), "a state machine on Pebble, durable at flush"),
		BenchedMachine(boltmachine.Factory(), "a state machine on bbolt, durable when a call returns"),
		BenchedMachine(memmachine.Factory(), "a state machine in memory, promises nothing"),
	}
}

var memoryFirst = bufferedlog.Options{Strategy: bufferedlog.MemoryFirst}

// uncompressed has Pebble write its tables as they are, where it takes Snappy by default.
func uncompressed(o *pebble.Options) {
	o.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return pebble.DBCompressionNone })
}

func named(name string, f engines.Factory) engines.Factory {
	f.Name = name
	return f
}

// BenchedList is engines in the order of listings.
type BenchedList []Benched

// Find returns the engines of the given names, in their order and each once; no names, or "all",
// are all. The error wraps [ErrUnknown].
func (l BenchedList) Find(names ...string) (BenchedList, error) {
	if len(names) == 0 || slices.Contains(names, AllEngines) {
		return l, nil
	}
	var out BenchedList
	for _, name := range names {
		is := func(b Benched) bool { return b.Name == name }
		i := slices.IndexFunc(l, is)
		if i < 0 {
			return nil, fmt.Errorf("%w %q: want one of %s", ErrUnknown, name, strings.Join(l.Names(), ", "))
		}
		if !slices.ContainsFunc(out, is) {
			out = append(out, l[i])
		}
	}
	return out, nil
}

// Names returns the engines' names, in their order.
func (l BenchedList) Names() []string {
	var out []string
	for _, b := range l {
		out = append(out, b.Name)
	}
	return out
}
