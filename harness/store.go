package harness

import (
	"errors"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// store is what an engine made on an empty directory and closed. All of it is
// durable, as after an unmount.
type store struct {
	contract models.Contract
	image    *faultfs.Image
}

// making makes a store, and sees whether the engine opens it again.
var making = scenarios.Program{{Kind: scenarios.FirstOpen}, {Kind: scenarios.Reopen}}

// makeStore has an engine make a store. It is nil where the engine did not close
// it or open it again as it must; the recording then has the failure. One that leaves
// something of itself when it closes has made a store all the same.
func makeStore(h host.Host, p crash.Profile) (*store, *Recording, error) {
	r, err := record(h, true, firstOpen(h.Kind(), p, making), making)
	if err != nil || r.Failed != nil && r.Failed.Property() != models.CloseReleases {
		return nil, r, err
	}
	image, err := r.Lives[0].Image(crash.State{Point: closedAt(r.Lives[0])}) // all of it kept
	return &store{r.Contract, image}, r, err
}

// closedAt returns when the engine had closed: right before it opens again, or else at the
// life's end.
func closedAt(l *evidence.Life) int {
	if i := slices.IndexFunc(l.Calls, func(c models.Call) bool { return c.Opens() }); i >= 0 {
		return l.Calls[i].Invoked
	}
	return len(l.Journal.Events)
}

// firstOpen returns the life of an engine on an empty directory, or where the program has
// it missing.
func firstOpen(k *subject.Kind, p crash.Profile, program scenarios.Program) *evidence.Life {
	image := host.BlankImage(evidence.Disks(p)...)
	if program.DirMissing() {
		image = host.BareImage()
	}
	return evidence.FirstLife(p, k.Unopened, image)
}

// recoverBlank has the engine recover from an empty directory, as it will from each image:
// in the same place, with the same calls. An error there, though it made a store, breaks
// no promise, as nothing crashed: it is the environment's.
func recoverBlank(r host.Recoveries, p crash.Profile) error {
	failure := r.Recover(host.BlankImage(evidence.Disks(p)...)).Failure
	if failure == nil || failure.Manner != engines.MannerError {
		return nil // a panic or a wrong answer is the engine's, and comes in programs too
	}
	return fmt.Errorf("the engine does not recover from an empty disk: %s fails: %s; nothing crashed, "+
		"so it was not set up right, or needs what the disk here does not offer", callOf(failure.Phase), failure.Text)
}

// callOf returns what a recovery does in a phase.
func callOf(p models.Phase) string {
	switch p {
	case models.PhaseProbe, models.PhaseReprobe:
		return "to write something more and read it back"
	}
	return p.String()
}

var errNoStore = errors.New("there is no store to begin on")

// first returns the life that a program begins with: on the store, which may be nil
// if the program needs none.
func (s *store) first(k *subject.Kind, p crash.Profile, program scenarios.Program) (*evidence.Life, error) {
	switch {
	case program.FirstOpen():
		return firstOpen(k, p, program), nil
	case s == nil:
		return nil, errNoStore
	}
	return evidence.FirstLife(p, s.contract, s.image), nil
}
