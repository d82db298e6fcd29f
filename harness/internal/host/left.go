package host

import (
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/watch"
)

// endWithin is how long what an engine leaves at a close has to end by itself. Time that a
// loaded machine takes does not count.
const endWithin = time.Second

// stayed is what was left for as long as endWithin: in a finding, and when that was tried
// again. It is believed sooner from then on, so that neither the shrinking of a finding nor
// the programs after it wait, unless the like of it was ever seen to end. It is safe for
// concurrent use.
type stayed struct {
	mu    sync.Mutex
	times map[string]int // by mask: how often it stayed, itEnded if it ever ended
}

const itEnded = -1

// What stayed twice is looked at believed times, and what stayed often once. Ten thousand
// recoveries that leave the same file would else wait for a minute.
const (
	twice    = 2
	believed = 4
	often    = 64
)

// left returns what look still shows after endWithin, nil if that is nothing before. It
// is looked again at ever longer intervals. The usage is of the process that is looked at.
func (s *stayed) left(l Limits, look func() []string, usage func() watch.Usage) []string {
	clock := watch.NewClock(endWithin, usage)
	clock.Start()
	tick := time.Now().Add(clock.Step())
	pause := time.Millisecond
	var before []string
	for looks := 1; ; looks++ {
		left := look()
		s.end(before, left)
		before = left
		switch {
		case len(left) == 0:
			return nil
		case s.believes(left, looks):
			s.keep(left)
			return left
		case time.Now().After(tick):
			if clock.Tick() {
				s.keep(left)
				return left
			}
			tick = time.Now().Add(clock.Step())
		}
		l.check()
		time.Sleep(pause)
		pause = min(2*pause, clock.Step()/4)
	}
}

// believes reports whether all the words are believed after that many looks.
func (s *stayed) believes(words []string, looks int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(words, func(word string) bool {
		times := s.times[mask(word)]
		return times < twice || looks < believed && times < often
	})
}

// end has what was there before, and is not now, not believed sooner any more: it only
// takes its time.
func (s *stayed) end(before, now []string) {
	for _, word := range before {
		if !slices.Contains(now, word) {
			s.count(word, func(int) int { return itEnded })
		}
	}
}

func (s *stayed) keep(words []string) {
	for _, word := range words {
		s.count(word, func(times int) int {
			if times == itEnded {
				return itEnded
			}
			return times + 1
		})
	}
}

func (s *stayed) count(word string, next func(int) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		s.times = map[string]int{}
	}
	s.times[mask(word)] = next(s.times[mask(word)])
}

// mask returns words without their numbers: files of one kind have one mask.
func mask(words string) string { return digits.ReplaceAllString(words, "*") }

var digits = regexp.MustCompile(`[0-9]+`)

// outsideWords names what was made outside the engine's directory.
func outsideWords(before, now []string) (out []string) {
	for _, name := range now {
		if !slices.Contains(before, name) {
			out = append(out, name+" is outside the engine's directory")
		}
	}
	return out
}

// eachWith returns each of the names, which are sorted, once, between two words. How often it
// was there is left out, which differs from run to run.
func eachWith(before string, names []string, behind string) (out []string) {
	for _, name := range slices.Compact(names) {
		out = append(out, before+name+behind)
	}
	return out
}

// openWords says that files are open.
func openWords(paths []string) []string { return eachWith("", paths, " is open") }

// goroutineWords names the goroutines of a family by the functions that they run.
func goroutineWords(f *watch.Family) []string {
	var all []string
	for _, r := range f.Running() {
		switch begun, ok := begunFor(r.Stack); {
		case ok:
			all = append(all, evidence.FrameText(begun))
		case len(r.Stack) <= 1: // as sync.WaitGroup.Go, before it calls the engine's: it will, if it stays
			all = append(all, "a function that has not begun")
		}
	}
	slices.Sort(all)
	return eachWith("goroutine of ", all, "")
}

// begunFor returns the engine's function that a goroutine was started for: the outermost one
// but for a library in between, as where sync.WaitGroup.Go starts it. A goroutine that the
// harness started has none.
func begunFor(stack []watch.Frame) (journal.Frame, bool) {
	var inward []journal.Frame
	for _, f := range slices.Backward(stack) {
		inward = append(inward, journal.Frame(f))
	}
	if own := evidence.EngineFrames(inward); len(own) > 0 {
		return own[0], true
	}
	return journal.Frame{}, false
}
