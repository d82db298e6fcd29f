package scenarios

import (
	"io/fs"
	"slices"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/models"
)

// Language is what one kind of subject adds to programs: steps of its own, how they are
// drawn and made concrete, and the programs that are kept for it. It is never changed, and
// may be used by many goroutines.
type Language struct {
	// Words are the kinds of steps that are its own.
	Words []Kind
	// Weights is how often each kind of step is drawn, common ones too. The simplest stand
	// first, as rapid shrinks towards the first. The very first is in every program.
	Weights []Weight
	// Draw draws what one program may have, and returns what draws a step of one of Words,
	// as the last of those that come with it.
	Draw func(*rapid.T, Config) func(*rapid.T, Kind) []Step
	// Write is a step that writes one thing more, and Flush one that makes all durable.
	Write, Flush Step
	// Abilities are what some subjects of the kind can do and others cannot.
	Abilities []Ability
	// Texts has the programs that are kept: first-open.txt, first-open-dir-missing.txt,
	// every-call.txt, and those in the folders corpus and named, which may be missing. A
	// text begins with its header, and a comment that says what it shows.
	Texts fs.FS
	// NewResolver returns a resolver for an engine that is fresh.
	NewResolver func() Resolver

	// able are the abilities of the subjects that it is for.
	able []Ability
}

// Weight is how often a kind of step is drawn, in comparison with the others.
type Weight struct {
	Kind   Kind
	Weight int
}

// Ability is what programs have for subjects that can do more than all of their kind. Those
// for the others are as they would be without it.
type Ability struct {
	// Has reports whether subjects with a contract have it.
	Has func(models.Contract) bool
	// Weight is how often its step is drawn, one of the language's Words.
	Weight Weight
	// Folder is that of the programs kept for it.
	Folder string
}

// For returns l for subjects with contract c: the steps of their abilities are drawn too,
// and the programs kept for these come behind the corpus. No contract, as of one that never
// opened, has none.
func (l Language) For(c models.Contract) Language {
	l.able, l.Weights = slices.Clone(l.able), slices.Clone(l.Weights)
	for _, a := range l.Abilities {
		if c != nil && a.Has(c) {
			l.able, l.Weights = append(l.able, a), append(l.Weights, a.Weight)
		}
	}
	l.Abilities = nil
	return l
}

// Able returns a step of each ability. After a fault all that a subject can do may be wrong.
func (l Language) Able() []Step {
	var out []Step
	for _, a := range l.able {
		out = append(out, Step{Kind: a.Weight.Kind})
	}
	return out
}

// Kinds returns every kind of step, in a fixed order: those of the language, then those
// that all languages have.
func (l Language) Kinds() []Kind {
	return append(slices.Clone(l.Words), Reopen, Kill, Crash, Hold, Concurrently, FirstOpen, Fail, Space, Release, Usage, Repeat)
}

// kindOf returns the kind of step that word names.
func (l Language) kindOf(word string) (Kind, bool) {
	kinds := l.Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == word })
	if i < 0 {
		return nil, false
	}
	return kinds[i], true
}
