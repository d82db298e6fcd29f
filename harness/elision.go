package harness

import (
	"sync"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
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
	// frames are the lines of the engine that are on the stack of a sync.
	frames map[line]bool
}

// line is a line of source.
type line struct {
	file   string
	number int
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
		p.meetAll(program, l)
		for _, c := range l.Calls {
			if c.Op.MustWrite() && c.Succeeded() && c.Invoked >= l.ResumedAt {
				p.commits++
			}
		}
	}
	return r
}

func (p *syncPlaces) meetAll(program int, l *evidence.Life) {
	dataOnly := l.DataOnly()
	for i, e := range l.Journal.Events {
		if !e.IsSync() || i < l.ResumedAt { // what came before was met
			continue
		}
		met := p.at(l.SyncPlaceOf(i))
		met.programs[program] = true
		met.Syncs++
		met.Opening += count(l.InOpening(i + 1))
		met.DataSyncs += count(e.Kind == journal.EventSyncData)
		met.DataOnly += count(dataOnly[i])
		for _, f := range l.FramesAt(i) {
			p.frames[line{f.File, f.Line}] = true
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// at returns what is met at a place.
func (p *syncPlaces) at(place *evidence.SyncPlace) *metSyncs {
	name := place.Name()
	met := p.byName[name]
	if met == nil {
		met = &metSyncs{place, map[int]bool{}}
		p.byName[name] = met
	}
	return met
}
