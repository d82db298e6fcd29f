package harness

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// begin boots the life's disk and opens the engine on it.
func (r *recording) begin() error {
	if r.life.Parent != nil || r.life.HandedOver {
		r.host, _ = r.host.Reader() // a power failure is where another engine takes over
	}
	switch {
	case r.life.ResumedFrom != nil:
		return r.resume()
	case r.life.Parent == nil:
		r.boot(r.life.Journal.Base)
	default:
		r.boot(host.Must(r.life.Parent.Image(r.life.Crash)))
	}
	return r.openFirst()
}

func (r *recording) boot(image *faultfs.Image) {
	c := r.disk
	faults, space := r.life.FaultsLeft()
	c.Image, c.Faults = image, faults
	r.run(r.host.Boot(c))
	if space.Limited {
		r.machine.LimitSpace(space.LeftBytes)
	}
}

// resume goes on after a kill within a life that was explored already.
func (r *recording) resume() error {
	life, old := r.life, r.life.ResumedFrom
	r.run(r.host.Resume(r.disk, old.Journal.Until(life.ResumedAt)))
	if life.ResumedAt <= old.OpenedAt {
		return r.openFirst()
	}
	err := r.openAgain(models.Crash)
	if !errors.Is(err, errStop) || r.faultSince(life.ResumedAt) {
		return err
	}
	// What came back is judged as that of any other crash at this time.
	calls := life.Calls
	return r.refuse(old, crash.State{Point: life.ResumedAt}, calls[len(calls)-1].Result.Recovered)
}

// open opens the engine, in a call that was invoked at a time, and reads all that it shows.
func (r *recording) open(invoked int) *models.Recovered {
	recovered := r.machine.Open()
	if r.waits(invoked, recovered.Failure) {
		waitedToOpen(recovered.Failure)
		r.replaceDevice()
	}
	if r.losesPage(invoked, recovered.Failure) {
		diedOpening(recovered.Failure)
	}
	if recovered.Failure == nil {
		r.out.Contract = r.machine.Contract()
		r.resolver.Adopt(r.out.Contract, recovered.View)
	}
	return recovered
}

// openFirst opens the engine at the beginning of a life: again, where a fault that is left
// of the life before failed it.
func (r *recording) openFirst() error {
	id := r.takeID()
	var invoked int
	var recovered *models.Recovered
	for tries := 1; ; tries++ {
		invoked = r.machine.Invoke(id)
		recovered = r.open(invoked)
		r.life.Recovered, r.life.OpenedAt = recovered, r.machine.Return(id)
		if !r.excuses(invoked, recovered.Failure) {
			break
		}
		r.restart(tries)
	}
	switch life := r.life; {
	case life.ResumedFrom != nil: // during an opening
		return r.adopt(life.ResumedFrom, crash.State{Point: life.ResumedAt}, recovered)
	case life.Parent != nil:
		return r.adopt(life.Parent, life.Crash, recovered)
	case life.Journal.Base.Hash() == host.BareImage().Hash():
		if recovered.Failure != nil {
			r.out.WantsDir, r.life = evidence.ShapeOf(recovered.Failure), nil
			return errStop
		}
	case life.Journal.Base.Hash() != host.BlankImage(evidence.Disks(life.Profile)...).Hash():
		return r.beginOnStore(id, invoked)
	case recovered.Failure != nil:
		return fmt.Errorf("the engine does not open on an empty disk: %s", recovered.Failure)
	}
	r.life.Start = models.Fresh(r.out.Contract)
	return nil
}

// beginOnStore judges what an engine shows of a store that was made and closed. What
// is wrong is told as a call, as there was no crash before it.
func (r *recording) beginOnStore(id, invoked int) error {
	r.life.Start = models.Fresh(r.out.Contract)
	opening := models.Call{ID: id, Op: models.Reopen, Invoked: invoked, Returned: r.life.OpenedAt}
	opening.Result.Recovered = r.life.Recovered
	r.life.Calls = models.History{opening}
	if err := r.checkLive(); err != nil {
		r.life.End(r.out.Contract, r.machine.Journal())
		r.life = nil
		return err
	}
	r.life.Calls = nil
	return nil
}

// adopt judges what came back from the crash that ended parent; what it showed is
// where this life begins.
func (r *recording) adopt(parent *evidence.Life, state crash.State, recovered *models.Recovered) error {
	verdict := parent.Verdict(state.Point, recovered)
	switch {
	case verdict.Outcome == models.Pass:
		r.life.Start = verdict.After
		return nil
	case r.faultSince(r.life.ResumedAt):
		// It takes the faults to come again, not the image alone.
		r.life.End(r.out.Contract, r.machine.Journal())
		r.out.Failed = &evidence.Failure{Life: r.life, Live: true, Recovered: recovered, Verdict: verdict}
		r.life = nil
		return errStop
	}
	return r.refuse(parent, state, recovered)
}

// openAgain opens the engine on the disk as it is, as a call of the same life. Where a
// fault has failed that, the process ends, and the next one opens it.
func (r *recording) openAgain(kind models.Restart) error {
	for tries := 1; ; tries++ {
		failed, err := r.openOnce(kind)
		if err != nil || !failed {
			return err
		}
		r.restart(tries)
		kind = models.Crash
	}
}

// openOnce makes a call that opens the engine, and reports whether that failed as it may.
func (r *recording) openOnce(kind models.Restart) (failed bool, err error) {
	c := models.Call{ID: r.takeID(), Op: kind}
	c.Invoked = r.machine.Invoke(c.ID)
	recovered := r.open(c.Invoked)
	c.Result.Recovered = recovered
	c.Returned = r.machine.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if recovered.Failure == nil {
		return false, nil
	}
	if err := r.checkLive(); err != nil {
		return true, err
	}
	if last := r.life.Calls[len(r.life.Calls)-1]; !last.Faulted && (kind == models.Crash || !last.AfterFault) {
		return true, errStop
	}
	return true, nil
}

// reopen closes the engine and opens it again. One that a fault kept from closing ends
// with its process.
func (r *recording) reopen() error {
	err := r.closeEngine()
	switch {
	case err == nil:
		if err := r.handOver(); err != nil {
			return err
		}
		return r.openAgain(models.Reopen)
	case errors.Is(err, errStop):
		return err
	}
	c := models.Call{ID: r.takeID(), Op: models.Reopen, Result: models.Result{Err: host.ErrorText(err)}}
	c.Invoked = r.machine.Invoke(c.ID)
	c.Returned = r.machine.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if err := r.checkLive(); err != nil {
		return err
	}
	r.machine.Kill() // a fault failed it; who knows what the engine still holds
	return r.openAgain(models.Crash)
}

// closeEngine closes the engine: in a call of its own, if something is promised of it.
func (r *recording) closeEngine() error {
	if !models.PromisesOfClose(r.out.Contract) {
		return r.machine.CloseEngine()
	}
	c := models.Call{ID: r.takeID(), Op: models.Close}
	c.Invoked = r.machine.Invoke(c.ID)
	err := r.machine.CloseEngine()
	c.Returned = r.machine.Return(c.ID)
	if err != nil {
		return err
	}
	c.Result.Left = r.machine.Left()
	r.life.Calls = append(r.life.Calls, c)
	if len(c.Result.Left) > 0 {
		return r.checkLive()
	}
	return nil
}

// call makes one call and adds it to the history. One that did not return is
// refused, in the model's eyes, and the engine is not touched again.
func (r *recording) call(a scenarios.Action) error {
	if err := r.harmBefore(); err != nil {
		return err
	}
	c := models.Call{ID: r.takeID(), Op: a.Op}
	c.Invoked = r.machine.Invoke(c.ID)
	tell(&c, r.machine.Call(requestOf(a)))
	var goOn func() error
	switch failed := c.Result.Failure; {
	case r.waits(c.Invoked, failed):
		c.Result, goOn = waited(failed), r.endWait
	case r.losesPage(c.Invoked, failed):
		c.Result, goOn = died(failed), r.startAnew
	}
	if err := r.returned(c); err != nil || goOn == nil {
		return err
	}
	return goOn()
}

// endWait ends a call that waits as one that was refused, by the end of its process: the
// next one opens what is on the disk, once the device was replaced.
func (r *recording) endWait() error {
	r.replaceDevice()
	return r.openAgain(models.Crash)
}

// startAnew ends the engine's process, and opens what is on the disk in the next one.
func (r *recording) startAnew() error {
	r.machine.Kill()
	return r.openAgain(models.Crash)
}
