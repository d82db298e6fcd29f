package harness

import (
	"context"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// open opens the engine and reads all that it shows.
func (r *recording) open() *models.Recovered {
	p := &probing{factory: r.factory, env: engines.Env{FS: r.disk, Dir: engineDir}}
	failed := r.runner.run(func() { p.open(context.Background(), models.PhaseOpen, &p.out.View) })
	if failed != nil {
		return p.crashed(failed)
	}
	r.engine = p.engine
	if p.out.Failure == nil {
		r.out.Contract = models.Contract{Claims: engines.ClaimsOf(r.engine), KeepsBoundary: engines.KeepsBoundary(r.engine)}
		r.resolver.Adopt(p.out.View)
	}
	return p.recovered()
}

// openFirst opens the engine at the beginning of a life.
func (r *recording) openFirst() error {
	id := r.takeID()
	r.disk.Invoke(id)
	recovered := r.open()
	r.life.Recovered, r.life.Opened = recovered, r.disk.Return(id)
	switch life := r.life; {
	case life.Killed != nil: // in the midst of an opening
		return r.adopt(life.Killed, crash.State{Point: life.Resumed}, recovered)
	case life.Parent != nil:
		return r.adopt(life.Parent, life.Crash, recovered)
	case recovered.Failure != nil:
		return fmt.Errorf("%s does not open on an empty disk: %s: %s", r.factory.Name, recovered.Failure.Manner, recovered.Failure.Text)
	}
	r.life.From = models.Fresh(r.out.Contract)
	return nil
}

// adopt judges what came back from the crash that ended parent; what it showed is
// where this life begins.
func (r *recording) adopt(parent *Life, crash crash.State, recovered *models.Recovered) error {
	verdict := parent.Verdict(crash.Point, recovered)
	if verdict.Outcome != models.Pass {
		return r.refuse(parent, crash, recovered)
	}
	r.life.From = verdict.After
	return nil
}

// openAgain opens the engine on the disk as it is, as a call of the same life.
func (r *recording) openAgain(kind models.Kind) error {
	c := models.Call{ID: r.takeID(), Op: models.Op{Kind: kind}}
	c.Invoked = r.disk.Invoke(c.ID)
	recovered := r.open()
	c.Result.Recovered = recovered
	c.Returned = r.disk.Return(c.ID)
	r.life.Calls = append(r.life.Calls, c)
	if recovered.Failure != nil {
		if err := r.checkLive(); err != nil {
			return err
		}
		return errStop
	}
	return nil
}

// reopen closes the engine and opens it again.
func (r *recording) reopen() error {
	engine := r.engine
	r.engine = nil
	var err error
	if failed := r.runner.run(func() { err = engine.Close() }); failed != nil {
		err = fmt.Errorf("close: %s: %s", failed.manner, failed.text)
	}
	if err != nil {
		c := models.Call{ID: r.takeID(), Op: models.Op{Kind: models.Reopen}, Result: models.Result{Err: errorText(err)}}
		c.Invoked = r.disk.Invoke(c.ID)
		c.Returned = r.disk.Return(c.ID)
		r.life.Calls = append(r.life.Calls, c)
		return r.checkLive()
	}
	return r.openAgain(models.Reopen)
}

// abandon leaves the engine as a crashed process leaves it.
func (r *recording) abandon() {
	switch e := r.engine.(type) {
	case nil:
	case *workerEngine:
		r.keepLog()
		e.kill()
	default:
		r.left = append(r.left, e)
	}
	r.engine = nil
}

// losePower ends the life, loses what loss says, and begins the next life on the
// rest.
func (r *recording) losePower(loss scenarios.Loss) error {
	r.endLife()
	if r.out.Failed != nil {
		return errStop
	}
	r.abandon()
	parent := r.life
	space := parent.spaceUnder(r.profile)
	crash := crash.State{Point: len(parent.Journal.Events)}
	switch loss.Manner {
	case scenarios.LoseEverything:
		crash.Lost = true
	case scenarios.LoseSample:
		crash = space.Sample(crash.Point, uint64(loss.Seed))
	}
	r.life = &Life{Parent: parent, Crash: crash}
	r.disk = r.boot(parent.image(r.profile, crash))
	return r.openFirst()
}
