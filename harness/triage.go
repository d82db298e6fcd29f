package harness

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// fullRecoveryEvery is the part of images that an engine recovers from in full though
// nothing about them asks for it: what a read-only open cannot show, a recovery that
// fails at its writes, is not missed for long.
const fullRecoveryEvery = 32

// inFull reports whether the engine is to recover from an image in full, whatever a
// read-only open would show. An open that makes, removes or renames files does so to
// what an earlier open or call left half done: so crashes during an open, and images
// with names that a crash-free run has not, are never left to a look.
func (x *exploration) inFull(v *visit, at *pointVisit, image *faultfs.Image) bool {
	return !x.triages || at.opening || x.isSample(image.Hash()) || v.isLitter(at, image)
}

// isSample reports whether the image is one of those drawn by the run's seed.
func (x *exploration) isSample(image digest.Digest) bool {
	return digest.Mix(uint64(x.config.Seed.For("triage")), image.Lo)%fullRecoveryEvery == 0
}

// isLitter reports whether an image has a name that was left over, or two names for
// one file. Home are the names that the crash-free run has at the crash point and still
// has when the calls in flight there have returned.
func (v *visit) isLitter(at *pointVisit, image *faultfs.Image) bool {
	if at.home == nil {
		at.home = namesOf(v.kept(at))
		if returned := v.returned(at.time); returned > at.time {
			then := namesOf(v.kept(v.pointAt(returned)))
			for name := range at.home {
				at.home[name] = then[name]
			}
		}
	}
	met := map[uint64]bool{}
	return slices.ContainsFunc(image.Files(), func(f faultfs.FileInfo) bool {
		again := met[uint64(f.Ino)]
		met[uint64(f.Ino)] = true
		return again || !at.home[f.Path]
	})
}

func namesOf(image *faultfs.Image) map[string]bool {
	names := map[string]bool{}
	for _, f := range image.Files() {
		names[f.Path] = true
	}
	return names
}

// returned returns the first crash point at which the calls have returned that are
// pending at a time; the time itself if there are none.
func (v *visit) returned(time int) int {
	end := time
	for _, c := range v.life.Calls {
		if c.Returned != models.Pending && c.Invoked < time && time <= c.Returned {
			end = max(end, c.Returned+1)
		}
	}
	if v.times == nil {
		v.times = v.life.Crashes().Points()
	}
	i, _ := slices.BinarySearch(v.times, end)
	if i == len(v.times) {
		return time
	}
	return v.times[i]
}

// kept returns the image of a crash point at which nothing is lost.
func (v *visit) kept(at *pointVisit) *faultfs.Image {
	if at.kept == nil {
		at.kept = host.Must(v.life.Image(crash.State{Point: at.time}))
	}
	return at.kept
}

// lost returns the image of a crash point at which everything is lost that can be.
func (v *visit) lost(at *pointVisit) *faultfs.Image {
	if at.lost == nil {
		at.lost = host.Must(v.life.Image(crash.State{Point: at.time, Lost: true}))
	}
	return at.lost
}
