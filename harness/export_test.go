package harness

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/internal/selfcheck"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// VerifyWithPreviews is [Verify] with at most n previews under way in one worker.
func VerifyWithPreviews(ctx context.Context, f engines.Factory, c Config, n int) (*evidence.Outcome, error) {
	c = c.resolved()
	o := c.options("")
	o.PreviewsMax = n
	return verify(ctx, logstore.Of(f), c, o)
}

// VerifyWithOpeningKills is [Verify] with the kills in openings that [Syncs] has.
func VerifyWithOpeningKills(ctx context.Context, f engines.Factory, c Config) (*evidence.Outcome, error) {
	c = c.resolved()
	return verifyBy(ctx, logstore.Of(f), c, c.options(""), func(v *verification) (*evidence.Outcome, error) {
		v.openingKills = openingKillsMax
		if err := v.run(); err != nil {
			return nil, err
		}
		return v.conclude(), nil
	})
}

// CompleteSyncMap adds to the places of a map the profiles under which no run came to them.
func CompleteSyncMap(m *evidence.SyncMap) { (&syncMapper{SyncMap: m}).complete() }

// VerifyWithoutRepresentatives is [Verify] without the rounds that visit representatives.
func VerifyWithoutRepresentatives(ctx context.Context, f engines.Factory, c Config) (*evidence.Outcome, error) {
	c = c.resolved()
	return verifyBy(ctx, logstore.Of(f), c, c.options(""), func(v *verification) (*evidence.Outcome, error) {
		early := func(r round) bool { return r.represents }
		if err := v.runRounds(slices.DeleteFunc(c.rounds(v.triesFaults()), early)); err != nil {
			return nil, err
		}
		return v.conclude(), nil
	})
}

// WaitForTurns has findings wait for their turn for as long as it takes, until restore is
// called, so that a loaded machine does not change their order.
func WaitForTurns() (restore func()) {
	before := turnPatience
	turnPatience = time.Hour
	return func() { turnPatience = before }
}

// SelfCheck is a check of the harness, of which nothing is known yet.
type SelfCheck = selfcheck.Check

// CheckedBy returns the configuration of runs that a new check goes before, with other
// engines than the built-in ones where these are not nil.
func CheckedBy(c Config, sound, canary *subject.Factory) (Config, *SelfCheck) {
	c.check = selfcheck.New()
	if sound != nil {
		c.check.Sound = *sound
	}
	if canary != nil {
		c.check.Canary = *canary
	}
	return c, c.check
}

// CheckSelf returns what a new check finds broken under a profile.
func CheckSelf(ctx context.Context, needs engines.Needs, p crash.Profile) (broken string, err error) {
	return checkSelf(ctx, needs, Config{Profile: p, check: selfcheck.New()})
}

// IsTakenFor reports whether triage takes a recovery for that of another image which shows
// the same when it is opened read-only.
func IsTakenFor(r *models.Recovered) bool {
	c := newCache()
	c.put(digest.Digest{Lo: 1}, r)
	return c.shown(digest.Digest{Lo: 2}, r.View.Key()) != nil
}

// KillTimes returns at which points of a life of the index-th program its process is killed.
func KillTimes(l *evidence.Life, p scenarios.Program, index, lives int) []int {
	x := &exploration{named: scenarios.NamedProgram{Program: p}, index: index}
	return x.killTimes(l, lives)
}

// Choice returns which of the states are chosen for next lives, given the class of what
// each left over and the number of its recovery.
func Choice(classes, recoveries []int, n int) []int {
	var all []representative
	for i, class := range classes {
		all = append(all, representative{crash.Ref{Choice: int32(i)}, representedKind{int32(recoveries[i]), faultfs.Leftover(class)}})
	}
	var out []int
	for _, r := range choose(all, n) {
		out = append(out, int(r.ref.Choice))
	}
	return out
}

// AddClasses has each of some programs add its classes, at once, where the program left is
// not explored. It returns which of them were new.
func AddClasses(programs, left int, own [][]evidence.Class) [][]int {
	c, added := newClasses(), make([][]int, programs)
	c.beginRound(0, programs)
	var all sync.WaitGroup
	for i := range programs {
		all.Go(func() {
			if i == left {
				c.leave(i)
			} else {
				added[i] = c.add(i, own[i], len(own[i]))
			}
		})
	}
	all.Wait()
	return added
}
