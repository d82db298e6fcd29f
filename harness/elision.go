package harness

import (
	"sync"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// elision has the syncs of some places force nothing, in all lives of a run.
type elision map[string]bool // by the place's name

// amend is an [amendment].
func (e elision) amend(_ int, r *Recording) *Recording {
	out := *r
	out.Lives = nil
	for _, l := range r.Lives {
		less := l.Without(func(event int) bool { return e[l.SyncPlaceOf(event).Name()] })
		out.Lives = append(out.Lives, less)
		if r.Failed != nil && r.Failed.Life == l && r.Failed.Live {
			failed := *r.Failed
			failed.Life = less
			out.Failed = &failed
		}
	}
	return &out
}

// syncPlaces are those that a run met. It is safe for concurrent use.
type syncPlaces struct {
	mu      sync.Mutex
	byName  map[string]*metSyncs
	commits int // calls that wrote and went well
}

// metSyncs are the syncs of one place.
type metSyncs struct {
	*evidence.SyncPlace
	programs map[int]bool // those in whose lives it is
}

// amend is an [amendment] that changes nothing.
func (p *syncPlaces) amend(program int, r *Recording) *Recording {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range r.Lives {
		for i, e := range l.Journal.Events {
			if e.IsSync() && i >= l.ResumedAt { // what came before was met
				p.meet(program, l.SyncPlaceOf(i), l.InOpening(i+1))
			}
		}
		for _, c := range l.Calls {
			if c.Op.MustWrite() && c.Returned != models.Pending && !c.Refused() && c.Invoked >= l.ResumedAt {
				p.commits++
			}
		}
	}
	return r
}

func (p *syncPlaces) meet(program int, place *evidence.SyncPlace, opening bool) {
	name := place.Name()
	met := p.byName[name]
	if met == nil {
		met = &metSyncs{place, map[int]bool{}}
		p.byName[name] = met
	}
	met.Syncs++
	if opening {
		met.Opening++
	}
	met.programs[program] = true
}
