package node

import (
	"encoding/json"

	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// Contract is what a node's storage is held to: what each part claims.
type Contract struct {
	Log     raftlog.Contract
	Machine machine.Contract
}

// spec is the specification of both parts: a call goes to the one that it is of, a restart
// to both.
type spec struct {
	contract Contract
	parts    [2]models.Spec
}

// Spec returns the specification of both parts under c.
func (c Contract) Spec() models.Spec {
	return spec{contract: c, parts: [...]models.Spec{c.Log.Spec(), c.Machine.Spec()}}
}

// part returns the contract of a side.
func (c Contract) part(s side) models.Contract { return [...]models.Contract{c.Log, c.Machine}[s] }

// keepsPurged reports whether a purge takes nothing that the machine has not: one that
// keeps nothing cannot promise that.
func (c Contract) keepsPurged() bool { return !c.Machine.Volatile && !c.Log.Without.Purge }

// releases reports whether both parts leave nothing at a close, which is one of both: nobody
// can tell whose it is what is left.
func (c Contract) releases() bool { return c.Log.CloseReleases && c.Machine.CloseReleases }

// Claimed returns the properties that c holds a part to, or both together.
func (c Contract) Claimed() models.PropertySet {
	all := c.Log.Claimed() | c.Machine.Claimed()
	if !c.releases() {
		all = all.Without(models.CloseReleases)
	}
	if c.keepsPurged() {
		all = all.With(models.PurgeBehindSnapshot)
	}
	return all &^ partsOnly
}

// Properties returns those that a node's storage has.
func (c Contract) Properties() models.PropertySet {
	return (c.Log.Properties() | c.Machine.Properties()).With(models.PurgeBehindSnapshot) &^ partsOnly
}

// partsOnly are properties that each part is held to on its own: each compaction of a node
// leaves one more snapshot, which is not the machine's to remove, and no part knows what the
// other lost.
var partsOnly = models.SetOf(models.SpaceReclaimed, models.NoSilentCorruption, models.NoSilentTruncation)

// Promised returns c with what each part does not promise yet of what it writes.
func (c Contract) Promised() (more models.Contract, ok bool) {
	log, logOK := c.Log.Promised()
	machines, machineOK := c.Machine.Promised()
	return Contract{log.(raftlog.Contract), machines.(machine.Contract)}, logOK || machineOK
}

// OpenedBy returns what each part and the reader's are held to.
func (c Contract) OpenedBy(reader models.Contract) (written, opened models.Contract) {
	r := reader.(Contract)
	log, openedLog := c.Log.OpenedBy(r.Log)
	machines, openedMachine := c.Machine.OpenedBy(r.Machine)
	return Contract{log.(raftlog.Contract), machines.(machine.Contract)},
		Contract{openedLog.(raftlog.Contract), openedMachine.(machine.Contract)}
}

// Forgetting returns c with parts that a crash need leave nothing of.
func (c Contract) Forgetting() (less models.Contract, ok bool) {
	log, logOK := c.Log.Forgetting()
	machines, machineOK := c.Machine.Forgetting()
	return Contract{log.(raftlog.Contract), machines.(machine.Contract)}, logOK && machineOK
}

// Unshown returns c with such parts.
func (c Contract) Unshown() models.Contract {
	return Contract{c.Log.Unshown().(raftlog.Contract), c.Machine.Unshown().(machine.Contract)}
}

// ClaimWords returns the names of the claims that are made, with the part that makes them.
func (c Contract) ClaimWords() []string {
	out := []string{}
	for _, word := range c.Log.ClaimWords() {
		out = append(out, "log:"+word)
	}
	for _, word := range c.Machine.ClaimWords() {
		out = append(out, "machine:"+word)
	}
	return out
}

// WithoutWords returns the words for the operations that the log does not offer.
func (c Contract) WithoutWords() []string { return c.Log.WithoutWords() }

// DurabilityWord returns the word for when what both parts write is durable.
func (c Contract) DurabilityWord() string {
	log, machines := c.Log.DurabilityWord(), c.Machine.DurabilityWord()
	switch {
	case log == machines:
		return log
	case c.Log.Volatile || c.Machine.Volatile:
		return models.Volatile
	}
	return models.Buffered
}

// Stored reads what is stored of a node.
var Stored = models.Stored{
	Op:     func() models.Op { return new(Op) },
	Answer: func() any { return new(Answer) },
	View:   func() models.View { return new(View) },
	Probe:  func() models.Probe { return new(Probe) },
	Contract: func(text []byte) (models.Contract, error) {
		var c Contract
		err := json.Unmarshal(text, &c)
		return c, err
	},
}
