package harness

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// opened returns the factory of what c explores: the engine's, or that of the two of which
// c.RecoverWith opens what the engine wrote.
func (c Config) opened(f subject.Factory) (subject.Factory, error) {
	if c.RecoverWith == nil {
		return f, nil
	}
	return subject.Handover(f, *c.RecoverWith)
}

// handoverOf says who wrote and who opened, nil if that is one engine.
func handoverOf(f subject.Factory) *evidence.Handover {
	if f.Reader == nil {
		return nil
	}
	return &evidence.Handover{Writer: f.Writer.Name, Reader: f.Reader.Name, Program: f.Reader.Program}
}

// checkHandover returns an error if a case is of two engines and the factory of one, or the
// other way round.
func checkHandover(f subject.Factory, c *evidence.Case) error {
	switch {
	case c.Handover != nil && f.Reader == nil:
		return fmt.Errorf("%w: the finding is of what was %s: give both, by subject.Handover or Config.RecoverWith", subject.ErrHandover, c.Handover)
	case c.Handover == nil && f.Reader != nil:
		return fmt.Errorf("%w: the engine of the finding opened what it wrote itself: give that alone", subject.ErrHandover)
	}
	return nil
}

// handOver has the engine that opens what another wrote open a copy of what a clean close
// left, where all must be there, durable or not: an upgrade mostly comes so, and not by a
// power failure. What it does to the copy nobody sees, so the life has it only if it fails.
func (r *recording) handOver() error {
	reader, other := r.host.Reader()
	if !other {
		return nil
	}
	image := host.Must(asItIs(r.machine.Journal(), r.life.Profile))
	recoveries := reader.Recoveries()
	defer recoveries.Close()
	r.life.MarkFaulted(r.machine.Journal())
	c := models.Call{ID: r.nextID, Op: models.Reopen, Result: models.Result{Recovered: recoveries.Recover(image)}}
	events := len(r.machine.Journal().Events)
	c.Invoked, c.Returned = events, events+1
	calls := append(r.life.Calls[:len(r.life.Calls):len(r.life.Calls)], c)
	if models.CheckHistory(r.out.Contract, r.life.Start, calls).Outcome == models.Pass {
		return nil
	}
	c.ID = r.takeID()
	c.Invoked = r.machine.Invoke(c.ID)
	c.Returned = r.machine.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	return r.checkLive()
}

// asItIs returns what a disk holds, nothing lost.
func asItIs(j *journal.Journal, p crash.Profile) (*faultfs.Image, error) {
	l := evidence.Life{Profile: p, Journal: j}
	return l.Image(crash.State{Point: len(j.Events)})
}
