package coverage

import (
	"bytes"
	"context"
	"runtime"
	"runtime/coverage"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
)

// Recorder collects the blocks that ran in recoveries. It is safe for concurrent use; a nil one
// collects nothing.
type Recorder struct {
	program *program
	mu      sync.Mutex
	ran     []bool // by block
	count   int    // of those that ran
}

// NewRecorder returns a recorder, nil if the program does not count what it runs.
func NewRecorder() *Recorder {
	p, err := counted()
	if err != nil {
		return nil
	}
	return &Recorder{program: p, ran: make([]bool, p.blocks)}
}

// alone is taken by whoever lets engines run in this process while it counts.
var alone = make(chan struct{}, 1)

// Alone waits until no other recorder counts in this process, as counters do not tell who ran a
// block, or until ctx ends. The caller calls end when it is done.
func (r *Recorder) Alone(ctx context.Context) (end func()) {
	if r == nil {
		return func() {}
	}
	select {
	case alone <- struct{}{}:
		return func() { <-alone }
	case <-ctx.Done():
		return func() {}
	}
}

// reading is the counters at one moment.
type reading struct {
	text   bytes.Buffer
	counts []uint32
}

var readings sync.Pool

// read reads the counters. Where that fails, though it did not when the program began, we broke.
func (p *program) read() *reading {
	out, _ := readings.Get().(*reading)
	if out == nil {
		out = &reading{counts: make([]uint32, p.blocks)}
	}
	out.text.Reset()
	if err := coverage.WriteCounters(&out.text); err != nil {
		panic(err)
	}
	if err := p.readCounters(out.text.Bytes(), out.counts); err != nil {
		panic(err)
	}
	return out
}

// During does something, and stores the blocks that this process ran meanwhile as soon as it ended,
// by a panic too.
func (r *Recorder) During(ran *atomic.Pointer[[]int], do func()) {
	if r == nil {
		do()
		return
	}
	before := r.program.read()
	defer func() {
		after := r.program.read()
		blocks := r.program.between(before, after)
		readings.Put(before)
		readings.Put(after)
		ran.Store(&blocks)
	}()
	do()
}

// Quiet waits until nobody runs anything that counts, and reports whether that came to be: what
// goroutines of dead engines still do soon ends.
func (r *Recorder) Quiet() bool {
	if r == nil {
		return true
	}
	const tries, yields = 20, 32
	for range tries {
		var ran atomic.Pointer[[]int]
		r.During(&ran, func() {
			for range yields {
				runtime.Gosched()
			}
		})
		if len(*ran.Load()) == 0 {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// between returns the blocks of engines whose counts differ.
func (p *program) between(before, after *reading) (blocks []int) {
	for _, functions := range p.packages {
		for _, f := range functions {
			blocks = f.appendRan(blocks, before.counts, after.counts)
		}
	}
	return blocks
}

// appendRan appends the blocks of an engine's function whose counts differ.
func (f *function) appendRan(to []int, before, after []uint32) []int {
	for i := range f.blocks {
		if at := f.first + i; f.own && before[at] != after[at] {
			to = append(to, at)
		}
	}
	return to
}

// IsNew reports whether some of the blocks do not count yet.
func (r *Recorder) IsNew(ran []int) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(ran, func(b int) bool { return !r.ran[b] })
}

// Add counts blocks, and returns those that did not count yet.
func (r *Recorder) Add(ran []int) (news []int) {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range ran {
		if !r.ran[b] {
			r.ran[b] = true
			r.count++
			news = append(news, b)
		}
	}
	return news
}

// Count returns how many blocks count, 0 of a nil recorder.
func (r *Recorder) Count() int {
	if r == nil {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// Coverage returns what was added, nil of a nil recorder.
func (r *Recorder) Coverage() *evidence.RecoveryCoverage {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &evidence.RecoveryCoverage{}
	for _, functions := range r.program.packages {
		for _, f := range functions {
			ran := r.ran[f.first : f.first+len(f.blocks)]
			if !slices.Contains(ran, true) {
				continue
			}
			for i, b := range f.blocks {
				if b.Ran = ran[i]; b.Statements > 0 {
					out.Blocks = append(out.Blocks, b)
				}
			}
		}
	}
	slices.SortFunc(out.Blocks, evidence.Block.Compare)
	return out
}
