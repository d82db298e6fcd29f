package builtin

import (
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/boltlog"
	"github.com/ackproof/ackproof/engines/boltmachine"
	"github.com/ackproof/ackproof/engines/bufferedlog"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/engines/filemachine"
	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/engines/memmachine"
	"github.com/ackproof/ackproof/engines/pebblelog"
	"github.com/ackproof/ackproof/engines/pebblemachine"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/harness/subject/nodestore"
	"github.com/ackproof/ackproof/models"
)

// Engine is an engine on the list.
type Engine struct {
	subject.Factory
	// About says in one line what it is.
	About string
	// PayloadMaxBytes bounds the payloads of the programs that it runs, 0 for no
	// bound.
	PayloadMaxBytes int
	// Expect is what a run must find out about it.
	Expect Expectation
}

// Engines returns the engines that must hold, in the order of listings. What
// they share in memory lives as long as the process.
func Engines() List {
	// Small, so that programs of some tens of calls fill several segments.
	files := filelog.Options{SegmentBytes: 16 << 10}
	tune := pebblelog.NewCaches().Small
	return List{
		{Factory: logstore.Of(filelog.Factory(files)), About: "plain files, durable when a call returns"},
		{Factory: logstore.Of(filelog.BufferedFactory(files)), About: "plain files, durable at flush"},
		{
			Factory: limited(pebblelog.Factory(pebbleFiles, tune), pebbleLimits), About: "Pebble, durable when a call returns",
			PayloadMaxBytes: pebblePayloadMaxBytes,
		},
		{
			Factory: limited(pebblelog.BufferedFactory(pebbleFiles, tune), pebbleLimits), About: "Pebble, durable at flush",
			PayloadMaxBytes: pebblePayloadMaxBytes,
		},
		{Factory: logstore.Of(boltlog.Factory(boltlog.Options{})), About: "bbolt, durable when a call returns"},
		{
			Factory: logstore.Of(boltlog.NoSyncFactory(boltlog.Options{})), About: "bbolt that calls fsync only at flush",
			Expect: Expectation{RefutedBy: models.OpensAfterCrash, Profiles: allProfiles()},
		},
		{
			Factory: logstore.Of(bufferedlog.Factory(filelog.Factory(files), waiting)),
			About:   "a durable index above plain files, written behind the caller",
		},
		{
			Factory: logstore.Of(bufferedlog.Factory(filelog.BufferedFactory(files), bufferedlog.Options{})),
			About:   "a durable index above plain files, written through",
		},
		{
			Factory: limited(bufferedlog.Factory(pebblelog.BufferedFactory(pebbleFiles, tune), waiting), pebbleLimits),
			About:   "a durable index above Pebble, written behind the caller", PayloadMaxBytes: pebblePayloadMaxBytes,
		},
		{Factory: logstore.Of(memlog.Factory()), About: "memory, promises nothing"},
		{Factory: machinestore.Of(filemachine.Factory(filemachine.Options{})), About: "a state machine in a file, durable when a call returns"},
		{Factory: machinestore.Of(filemachine.BufferedFactory(filemachine.Options{})), About: "a state machine in a file, durable at flush"},
		{
			Factory: machinestore.Of(pebblemachine.Factory(pebbleFiles, tune)), About: "a state machine on Pebble, durable when a call returns",
			PayloadMaxBytes: pebblePayloadMaxBytes,
		},
		{
			Factory: machinestore.Of(pebblemachine.BufferedFactory(pebbleFiles, tune)), About: "a state machine on Pebble, durable at flush",
			PayloadMaxBytes: pebblePayloadMaxBytes,
		},
		{Factory: machinestore.Of(boltmachine.Factory()), About: "a state machine on bbolt, durable when a call returns"},
		{
			Factory: nodestore.Of("file-node", filelog.Factory(files), filemachine.Factory(filemachine.Options{})),
			About:   "a log and a state machine in files, together",
		},
		{Factory: machinestore.Of(memmachine.Factory()), About: "a state machine in memory, promises nothing"},
	}
}

// waiting makes short programs fill the buffer.
var waiting = bufferedlog.Options{Strategy: bufferedlog.MemoryFirst, BufferBytes: 128}

func allProfiles() []string {
	var out []string
	for _, p := range crash.Profiles() {
		out = append(out, p.Name)
	}
	return out
}

// pebblePayloadMaxBytes and pebbleLimits keep the records of Pebble's write-ahead log small. When
// one is torn, Pebble v2.1.7 looks for a single flipped bit in it by computing its
// checksum once for each of its bits: a third of a second for 32 KiB, and most
// crash states tear one.
const pebblePayloadMaxBytes = 32

var pebbleLimits = engines.Limits{BatchMaxEntries: 128}

// limited returns f with limits, as a subject.
func limited(f engines.Factory, l engines.Limits) subject.Factory {
	f.Limits = l
	return logstore.Of(f)
}

func pebbleFiles(env engines.Env) (vfs.FS, error) { return pebblefs.Of(env.FS) }

// Kinds are the kinds of subjects that are tested, here or in tests.
func Kinds() []*subject.Kind {
	return []*subject.Kind{logstore.Kind, machinestore.Kind, nodestore.Kind}
}

// List is engines in the order of listings.
type List []Engine

// Kinds returns what the engines are, in the order in which they come.
func (l List) Kinds() []*subject.Kind {
	var out []*subject.Kind
	for _, e := range l {
		if !slices.Contains(out, e.Kind) {
			out = append(out, e.Kind)
		}
	}
	return out
}

// Factories returns the engines' factories, in their order.
func (l List) Factories() []subject.Factory {
	var out []subject.Factory
	for _, e := range l {
		out = append(out, e.Factory)
	}
	return out
}
