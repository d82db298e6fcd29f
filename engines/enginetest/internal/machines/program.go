package machines

import (
	"context"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// Op is one call of a random program. Its numbers are relative to the machine as it is then,
// so that what is left of a program after shrinking still makes sense.
type Op struct {
	Kind string
	// Offset moves the index that the call is about away from the usual one.
	Offset int
	// Commands are the letters of what a chunk does.
	Commands string
}

// Programs generates programs. Zero is the plainest value of every draw.
func Programs() *rapid.Generator[[]Op] {
	kinds := []string{"apply", "apply", "apply", "update", "persist", "flush", "reopen", "generate", "restore", "reset"}
	ops := rapid.Custom(func(t *rapid.T) Op {
		return Op{
			Kind:     rapid.SampledFrom(kinds).Draw(t, "kind"),
			Offset:   rapid.IntRange(-3, 1).Draw(t, "offset"),
			Commands: string(rapid.SliceOfN(rapid.SampledFrom([]rune("abdDcCn")), 0, 5).Draw(t, "commands")),
		}
	})
	return rapid.SliceOfN(ops, 1, 40)
}

// ModelCase returns the case that runs a program on the machine and on the model, and
// compares all that they show after each call.
func ModelCase(program []Op) Case {
	return Case{"model", "the sentences of the contract hold together, in any order of calls", func(ctx context.Context, place *Place) error {
		m, trace := newModel(), []string{}
		for i, o := range program {
			if o.Kind == "reopen" && !place.survives() || o.Kind == "restore" && m.snapshot == nil {
				continue
			}
			call := o.apply(m, i)
			trace = append(trace, call.name)
			place.progress.Note("the program: " + strings.Join(trace, "; "))
			err := call.do(ctx, place)
			if err == nil {
				err = shows(m.view(func(name string) string { return place.nameOf(place.snapshots[name].Checksum) })).do(ctx, place)
			}
			if err != nil {
				return fmt.Errorf("%s: %w\n\tthe program: %s", call.name, err, strings.Join(trace, "; "))
			}
		}
		return nil
	}}
}

// apply does o to the model, and returns it as a step on a machine, which wants what the model
// answered.
func (o Op) apply(m *model, number int) step {
	index := moved(m.last+1, o.Offset)
	switch o.Kind {
	case "apply":
		commands := o.commands(number)
		answer, refusal := m.apply(index, commands)
		name := fmt.Sprintf("apply %s from %d", o.Commands, index)
		if refusal != nil {
			return refusedChunk(refusal, name, chunk(index, commands...))
		}
		return step{name, answers(index, answer, commands...).do}
	case "update":
		m.moveOn(max(index, 1))
		return updateApplied(max(index, 1), 1)
	case "persist":
		m.moveOn(max(index, 1))
		return persistApplied(max(index, 1), 1)
	case "flush":
		return flush()
	case "reopen":
		return step{"reopen", func(_ context.Context, place *Place) error { return place.reopen() }}
	case "generate":
		m.generate(fmt.Sprintf("taken-%02d", number))
		return generate(m.snapshot.name)
	case "restore":
		if refusal := m.restore(); refusal != nil {
			return refusedRestore(refusal, m.snapshot.name, m.snapshot.name)
		}
		return restore(m.snapshot.name)
	case "reset":
		m.reset()
		return reset()
	}
	panic("machines: unknown kind " + o.Kind)
}

// commands returns a chunk of puts, deletes and swaps of two keys, with values that are
// this call's own; an n is no operation.
func (o Op) commands(number int) []command {
	var out []command
	for i, letter := range o.Commands {
		value := fmt.Sprintf("%d.%d", number, i)
		switch letter {
		case 'a', 'b':
			out = append(out, put(string(letter), value))
		case 'd', 'D':
			out = append(out, del(map[rune]string{'d': "a", 'D': "b"}[letter]))
		case 'c':
			out = append(out, swap("a", nil, value))
		case 'C':
			out = append(out, swap("b", []byte(fmt.Sprintf("%d.%d", number, i-1)), value))
		default:
			out = append(out, engines.Command{})
		}
	}
	return out
}

// moved returns index+offset, or 0 where that would lie below.
func moved(index uint64, offset int) uint64 {
	if offset < 0 && uint64(-offset) > index {
		return 0
	}
	return index + uint64(offset)
}
