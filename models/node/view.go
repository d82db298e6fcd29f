package node

import (
	"fmt"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/models/raftlog"
)

// View is everything that a node's storage shows of itself.
type View struct {
	Log     raftlog.View
	Machine machine.View
}

// viewOf returns v, the zero value for nil.
func viewOf(v models.View) *View {
	if v, ok := v.(*View); ok {
		return v
	}
	return &View{}
}

// Key identifies everything that v shows.
func (v *View) Key() models.Digest {
	return models.Digest(digest.NewSequence().WithDigest(v.Log.Key()).WithDigest(v.Machine.Key()))
}

// String returns what v shows in short.
func (v *View) String() string {
	return fmt.Sprintf("%s; and the machine %s", &v.Log, &v.Machine)
}

// Rows returns two views side by side: first the log, then the machine.
func (v *View) Rows(after models.View) []models.Row {
	recovered := viewOf(after)
	return append(v.Log.Rows(&recovered.Log), v.Machine.Rows(&recovered.Machine)...)
}

// Read returns v without the files of snapshots, as a machine's does.
func (v *View) Read() models.View {
	return &View{v.Log, *v.Machine.Read().(*machine.View)}
}

// Probe is what is tried of both parts after a recovery.
type Probe struct {
	Log     raftlog.Probe
	Machine machine.Probe
}

// Key identifies the probe.
func (p *Probe) Key() models.Digest {
	return models.Digest(digest.NewSequence().WithDigest(p.Log.Key()).WithDigest(p.Machine.Key()))
}

// After returns what a node shows that showed v and took the probe.
func (p *Probe) After(v models.View) models.View {
	was := viewOf(v)
	return &View{*p.Log.After(&was.Log).(*raftlog.View), *p.Machine.After(&was.Machine).(*machine.View)}
}
