package harness

import (
	"sync"

	"github.com/ackproof/ackproof/harness/evidence"
)

// classes are the classes of crash states that programs have a representative of. Programs
// add theirs in their order, whoever is faster: so which program has the first state of a
// class depends on the programs alone. It is safe for concurrent use.
type classes struct {
	mu   sync.Mutex
	met  map[evidence.Class]bool
	turn *sync.Cond
	// next is the program whose turn it is. Those from end on do not count: they have no turn.
	next, end int
}

func newClasses() *classes {
	c := &classes{met: map[evidence.Class]bool{}}
	c.turn = sync.NewCond(&c.mu)
	return c
}

// beginRound makes it the turn of a round's first program.
func (c *classes) beginRound(first, end int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next, c.end = first, end
}

// add waits until all programs before one had their turn, adds those of the program's classes
// that are new, at most some number, spread over all, and returns their places. A program has
// one turn: after it, and where it does not count, nothing is added.
func (c *classes) add(program int, own []evidence.Class, most int) (added []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.next < program && program < c.end {
		c.turn.Wait()
	}
	if c.next != program || program >= c.end {
		return nil
	}
	c.next++
	c.turn.Broadcast()
	for i, class := range own {
		if !c.met[class] {
			added = append(added, i)
		}
	}
	added = spread(added, most)
	for _, i := range added {
		c.met[own[i]] = true
	}
	return added
}

// leave says that a program is not explored, nor any after it: they wait for no turn.
func (c *classes) leave(program int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = min(c.end, program)
	c.turn.Broadcast()
}
