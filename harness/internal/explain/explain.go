package explain

import (
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/host"
)

// describe returns what can be said of a failure without any recovery.
func describe(f *evidence.Failure, t *trials, h host.Host) *evidence.Explanation {
	x := &explainer{trials: t, Failure: f, host: h}
	out := &evidence.Explanation{ByPoint: []evidence.PointVerdict{}, Faults: x.faults(), Culprits: f.Culprits()}
	switch {
	case f.Live && f.IsCorruption():
	case f.Live:
		out.NoFsync = withoutCrash
	default:
		x.space, x.lost = f.Life.Crashes(), f.Lost()
	}
	out.Sentence = x.sentence()
	return out
}

// explain returns what led to a confirmed failure that has been made small.
func explain(f *evidence.Failure, t *trials, h host.Host) *evidence.Explanation {
	out := describe(f, t, h)
	x := &explainer{trials: t, Failure: f, host: h}
	switch {
	case f.Live:
		return out
	case f.IsAtRest():
		out.Damages = x.damages()
		return out
	case f.IsCorruption():
		return out
	}
	x.space, x.lost = f.Life.Crashes(), f.Lost()
	x.byPoint = x.pointVerdicts()
	out.ByPoint = x.byPoint
	if x.failedSync() < 0 && x.failedCall() < 0 {
		out.MissingFsync = x.missingFsync()
	}
	if out.MissingFsync == nil {
		out.NoFsync, out.DecisiveEvent = x.noFsync()
		if x.mustCope {
			out.Recovery = x.recoveryFrames(x.Life.Journal.Events[out.Culprits[0].Event].Path)
		}
	}
	return out
}

func (x *explainer) pointVerdicts() []evidence.PointVerdict {
	points := x.space.Points()
	out := make([]evidence.PointVerdict, len(points))
	index := map[int]int{}
	for i, p := range points {
		out[i].Point, index[p] = p, i
	}
	x.walk(x.Life, x.shortPlan(), x.lost, func(point int, breaks bool) bool {
		v := &out[index[point]]
		v.Visited++
		if breaks {
			v.Failing++
		}
		return true
	})
	return out
}
