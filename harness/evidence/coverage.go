package evidence

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
)

// RecoveryCoverage says which blocks of an engine's recovery path ran in recoveries: the blocks
// of those functions of which at least one ran while the engine opened on a crash state. A
// function that no recovery called is not known to belong to the path, so it is not here.
type RecoveryCoverage struct {
	// Blocks are in the order of files and of places in them. None, if no code that ran in
	// recoveries is counted.
	Blocks []Block
}

// Block is statements that run one after the other, as the compiler counts them.
type Block struct {
	// File is the import path of the package and the file's name.
	File       string
	Start, End Position
	Statements int
	// Ran says that a recovery ran it.
	Ran bool
}

// Position is a place in a file; both count from 1.
type Position struct{ Line, Column int }

// Lines are lines of a file that belong together, First to Last.
type Lines struct {
	File        string
	First, Last int
}

// Count counts the blocks that recoveries ran, and those that none did.
func (c *RecoveryCoverage) Count() (ran, neverRan int) {
	for _, b := range c.Blocks {
		if b.Ran {
			ran++
		}
	}
	return ran, len(c.Blocks) - ran
}

// NeverRan returns the lines of the recovery path that no recovery ran, in order. A line on which
// something ran is not among them, unless a block that did not run has no other.
func (c *RecoveryCoverage) NeverRan() []Lines {
	type line struct {
		file   string
		number int
	}
	ran := map[line]bool{}
	for _, b := range c.Blocks {
		for n := b.Start.Line; b.Ran && n <= b.End.Line; n++ {
			ran[line{b.File, n}] = true
		}
	}
	var out []Lines
	for _, b := range c.Blocks {
		first, last := b.Start.Line, b.End.Line
		for first < last && ran[line{b.File, first}] {
			first++
		}
		for first < last && ran[line{b.File, last}] {
			last--
		}
		if !b.Ran {
			out = appendLines(out, Lines{b.File, first, last})
		}
	}
	return out
}

// appendLines appends lines, to the last ones if they touch these.
func appendLines(all []Lines, l Lines) []Lines {
	if n := len(all) - 1; n >= 0 && all[n].File == l.File && l.First <= all[n].Last+1 {
		all[n].Last = max(all[n].Last, l.Last)
		return all
	}
	return append(all, l)
}

// Text says in a sentence what recoveries ran, and which lines of their path none did: the first
// of them, if there are many.
func (c *RecoveryCoverage) Text() string {
	ran, never := c.Count()
	if len(c.Blocks) == 0 {
		return "no code that ran in recoveries is counted: -coverpkg must have the engine's packages"
	}
	if never == 0 {
		return fmt.Sprintf("all %s of the recovery path ran", plain.Count(ran, "block"))
	}
	const shownMax = 20
	all := c.NeverRan()
	var places []string
	lines := 0
	for i, l := range all {
		if lines += l.Last - l.First + 1; i < shownMax {
			places = append(places, l.in(c.packages()))
		}
	}
	text := fmt.Sprintf("%s of recovery never ran (%d of %d blocks): %s",
		plain.Count(lines, "line"), never, ran+never, strings.Join(places, ", "))
	if more := len(all) - len(places); more > 0 {
		text += fmt.Sprintf(" and %d more places", more)
	}
	return text
}

// packages counts the packages of the blocks.
func (c *RecoveryCoverage) packages() int {
	met := map[string]bool{}
	for _, b := range c.Blocks {
		met[path.Dir(b.File)] = true
	}
	return len(met)
}

// in returns the lines as text: where there are several packages, with that.
func (l Lines) in(packages int) string {
	name := path.Base(l.File)
	if packages > 1 {
		name = path.Join(path.Base(path.Dir(l.File)), name)
	}
	if l.First == l.Last {
		return fmt.Sprintf("%s:%d", name, l.First)
	}
	return fmt.Sprintf("%s:%d-%d", name, l.First, l.Last)
}

// Add adds what the recoveries of another run of the same program ran.
func (c *RecoveryCoverage) Add(o *RecoveryCoverage) {
	c.Blocks = append(c.Blocks, o.Blocks...)
	slices.SortFunc(c.Blocks, Block.Compare)
	c.Blocks = slices.CompactFunc(c.Blocks, func(a, b Block) bool {
		a.Ran = b.Ran // those that ran come first
		return a == b
	})
}

// Compare orders blocks by place, and of one place those that ran first.
func (b Block) Compare(o Block) int {
	return cmp.Or(cmp.Compare(b.File, o.File), b.Start.compare(o.Start), b.End.compare(o.End), ordered(b.Ran)-ordered(o.Ran))
}

func (p Position) compare(o Position) int {
	return cmp.Or(cmp.Compare(p.Line, o.Line), cmp.Compare(p.Column, o.Column))
}

func ordered(ran bool) int {
	if ran {
		return 0
	}
	return 1
}

// WriteProfile writes the coverage in the form that "go tool cover" reads.
func (c *RecoveryCoverage) WriteProfile(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "mode: set")
	for _, b := range c.Blocks {
		fmt.Fprintf(out, "%s:%d.%d,%d.%d %d %d\n", b.File, b.Start.Line, b.Start.Column, b.End.Line, b.End.Column, b.Statements, 1-ordered(b.Ran))
	}
	return out.Flush()
}

// WriteProfileFile writes the profile to a file.
func (c *RecoveryCoverage) WriteProfileFile(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(c.WriteProfile(f), f.Close())
}
