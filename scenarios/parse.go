package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a program. Every error is a *ParseError.
func (l Language) Parse(text string) (Program, error) {
	p := parser{language: l}
	for line := range strings.SplitSeq(text, "\n") {
		p.line++
		if err := p.parseLine(strings.TrimSuffix(line, "\r")); err != nil {
			return nil, err
		}
	}
	if p.block != nil {
		return nil, p.failAt(1, "the block of line %d is still open, want }", p.blockLine)
	}
	return p.program, nil
}

// MustParse is Parse for programs that are part of the source; it panics on an
// error.
func (l Language) MustParse(text string) Program {
	p, err := l.Parse(text)
	if err != nil {
		panic(fmt.Sprintf("scenarios: %v", err))
	}
	return p
}

type parser struct {
	language Language
	line     int
	program  Program
	// block is the open Concurrently or Repeat, which began at blockLine, or nil.
	block        *Step
	blockLine    int
	steps        int
	payloadBytes int
}

func (p *parser) failAt(column int, format string, args ...any) error {
	return &ParseError{Line: p.line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// advice says what to do about a program of another version.
func advice(got string) string {
	if n, err := strconv.Atoi(got); err == nil && n < version {
		return "use the ackproof that wrote it, or rewrite the program"
	}
	return "use a newer ackproof"
}

func (p *parser) parseLine(line string) error {
	code, _, _ := strings.Cut(line, "#")
	if got, isHeader := strings.CutPrefix(line, headerStart); p.line == 1 && isHeader && line != header {
		return p.failAt(1, "bad program: it has version %s, and this ackproof reads version %d: %s", got, version, advice(got))
	}
	tokens := tokensOf(code)
	switch {
	case len(tokens) == 0:
		return nil
	case tokens[0].text == "}":
		return p.closeBlock(tokens)
	}
	return p.parseStep(tokens)
}

func (p *parser) closeBlock(tokens []token) error {
	if p.block == nil {
		return p.failAt(tokens[0].column, "got }, but no block is open")
	}
	if len(tokens) > 1 {
		return p.failAt(tokens[1].column, "got %q, want the end of the line", tokens[1].text)
	}
	p.program = append(p.program, *p.block)
	p.block = nil
	return nil
}

func (p *parser) parseStep(tokens []token) error {
	word := tokens[0]
	kind, ok := p.language.kindOf(word.text)
	if !ok {
		return p.failAt(word.column, "got %q, want a step: %v", word.text, p.language.Kinds())
	}
	if kind == FirstOpen && p.steps > 0 {
		return p.failAt(word.column, "got %s after another step, want it as the first", kind)
	}
	if err := p.checkInBlock(kind, word); err != nil {
		return err
	}
	if p.steps += p.rounds(); p.steps > StepsLimit {
		return p.failAt(word.column, "got more than %d steps", StepsLimit)
	}
	step := Step{Kind: kind}
	tokens, err := p.openBlock(kind, tokens)
	if err == nil {
		tokens, err = p.parseInCall(&step, tokens)
	}
	if err != nil {
		return err
	}
	if err := p.parseArguments(&step, tokens); err != nil {
		return err
	}
	if err := p.countPayloads(step, word); err != nil {
		return err
	}
	p.add(step)
	return nil
}

// checkInBlock refuses a step that begins with word where the open block has no such steps.
func (p *parser) checkInBlock(kind Kind, word token) error {
	switch {
	case p.block == nil:
	case p.block.Kind == Repeat && !kind.repeats():
		return p.failAt(word.column, "got %s in a repeat, want a step that is one call, reopen, kill, crash or usage", kind)
	case p.block.Kind == Concurrently && !kind.Call && !kind.IsFault():
		return p.failAt(word.column, "got %s in a block, want a step that is one call, or a fault", kind)
	}
	return nil
}

// rounds returns how often a step runs that stands here.
func (p *parser) rounds() int {
	if p.block != nil && p.block.Kind == Repeat {
		return p.block.Count
	}
	return 1
}

// countPayloads adds the payloads of a step that begins with word.
func (p *parser) countPayloads(step Step, word token) error {
	if p.payloadBytes += p.rounds() * payloadMaxBytes(step); p.payloadBytes > TotalPayloadLimitBytes {
		return p.failAt(word.column, "got more than %d bytes of payloads", TotalPayloadLimitBytes)
	}
	return nil
}

// openBlock takes the { that ends the line of a block's first line.
func (p *parser) openBlock(kind Kind, tokens []token) ([]token, error) {
	last := tokens[len(tokens)-1]
	switch {
	case !kind.block:
		return tokens, nil
	case last.text != "{":
		return nil, p.failAt(last.end(), "got the end of the line, want {")
	}
	return tokens[:len(tokens)-1], nil
}

// parseInCall reads the call that a crash is in, if it is in one, and returns the tokens
// without it.
func (p *parser) parseInCall(crash *Step, tokens []token) ([]token, error) {
	if crash.Kind != Crash || len(tokens) < 2 || tokens[1].text != "in" {
		return tokens, nil
	}
	end := 2
	for end < len(tokens) && tokens[end].text != "after" && !strings.HasPrefix(tokens[end].text, "lose=") {
		end++
	}
	call, err := p.parseCall(tokens[1], tokens[2:end])
	if err != nil {
		return nil, err
	}
	crash.Body = []Step{call}
	rest, err := p.parseAfter(crash, tokens[end:])
	switch {
	case err != nil:
		return nil, err
	case len(rest) == 0:
		return nil, p.failAt(tokens[len(tokens)-1].end(), "got the end of the line, want lose=")
	}
	return append(tokens[:1:1], rest...), nil
}

// parseCall reads a step that is one call, in a crash.
func (p *parser) parseCall(in token, tokens []token) (call Step, err error) {
	if len(tokens) == 0 {
		return call, p.failAt(in.end(), "got no call, want one that the crash is in")
	}
	word := tokens[0]
	kind, ok := p.language.kindOf(word.text)
	switch {
	case !ok || !kind.Call:
		return call, p.failAt(word.column, "got %q, want a step that is one call", word.text)
	case p.steps+p.rounds() > StepsLimit:
		return call, p.failAt(word.column, "got more than %d steps", StepsLimit)
	}
	p.steps += p.rounds()
	call.Kind = kind
	if err := p.parseArguments(&call, tokens); err != nil {
		return call, err
	}
	return call, p.countPayloads(call, word)
}

// parseAfter reads "after event N", if it is there.
func (p *parser) parseAfter(crash *Step, tokens []token) ([]token, error) {
	if len(tokens) == 0 || tokens[0].text != "after" {
		return tokens, nil
	}
	read := ReadNumber(1, eventsLimit, func(s *Step) *int { return &s.After })
	if len(tokens) < 3 || tokens[1].text != "event" || !read(crash, tokens[2].text) {
		return nil, p.failAt(tokens[0].column, "got after, want after event and a number from 1 to %d", eventsLimit)
	}
	return tokens[3:], nil
}

func (p *parser) add(step Step) {
	switch {
	case p.block != nil:
		p.block.Body = append(p.block.Body, step)
	case step.Kind.block:
		p.block, p.blockLine = &step, p.line
	default:
		p.program = append(p.program, step)
	}
}

// parseArguments reads what follows the step's word: first the arguments
// without a key, in their order, then those with one, in any order.
func (p *parser) parseArguments(step *Step, tokens []token) error {
	end := tokens[len(tokens)-1].end()
	tokens = tokens[1:]
	var keyed []Argument
	for _, a := range step.Kind.arguments() {
		switch {
		case a.Key != "":
			keyed = append(keyed, a)
		case len(tokens) == 0:
			return p.failAt(end, "got the end of the line, want %s", a.Want)
		case a.readRest != nil:
			if err := a.readRest(step, textOf(tokens)); err != nil {
				return p.failAt(tokens[0].column, "%v", err)
			}
			tokens = nil
		case !a.Read(step, tokens[0].text):
			return p.failAt(tokens[0].column, "got %q, want %s", tokens[0].text, a.Want)
		default:
			tokens = tokens[1:]
		}
	}
	rest, err := p.parseKeyed(step, keyed, tokens)
	if err != nil {
		return err
	}
	for _, a := range rest {
		if a.Required {
			return p.failAt(end, "got the end of the line, want %s=", a.Key)
		}
		if a.Unset != nil {
			a.Unset(step)
		}
	}
	return nil
}

// parseKeyed reads tokens, each key=value, and returns the arguments that did
// not come.
func (p *parser) parseKeyed(step *Step, arguments []Argument, tokens []token) ([]Argument, error) {
	left := arguments
	for _, t := range tokens {
		key, value, _ := strings.Cut(t.text, "=")
		i := slices.IndexFunc(left, func(a Argument) bool { return a.Key == key })
		if i < 0 || len(key) == len(t.text) {
			return nil, p.failAt(t.column, "got %q, want %s", t.text, keysOf(left))
		}
		if !left[i].Read(step, value) {
			return nil, p.failAt(t.column+len(key)+1, "got %q, want %s", value, left[i].Want)
		}
		left = slices.Delete(slices.Clone(left), i, i+1)
	}
	return left, nil
}

// keysOf says which keys may still come.
func keysOf(arguments []Argument) string {
	if len(arguments) == 0 {
		return "the end of the line"
	}
	keys := make([]string, len(arguments))
	for i, a := range arguments {
		keys[i] = a.Key + "="
	}
	return strings.Join(keys, " or ")
}
