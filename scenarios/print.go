package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	headerStart = "# ackproof program v"
	// version is the version of the text form: see docs/STORED_FORMS.md.
	version = 1
)

var header = headerStart + strconv.Itoa(version)

// String returns p as text that Parse turns into p again, header included.
func (p Program) String() string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for _, s := range p {
		s.print(&b, "")
	}
	return b.String()
}

// Line returns the steps in one line, for people: nothing parses it.
func (p Program) Line() string {
	var steps []string
	for _, s := range p {
		steps = append(steps, strings.Join(strings.Fields(s.String()), " "))
	}
	return strings.Join(steps, "; ")
}

// GoString returns what parses to p again, to be pasted into a test behind a language: its
// MustParse.
func (p Program) GoString() string { return fmt.Sprintf("MustParse(`%s`)", p) }

// String returns s as a program writes it, without a newline at the end.
func (s Step) String() string {
	var b strings.Builder
	s.print(&b, "")
	return strings.TrimSuffix(b.String(), "\n")
}

func (s Step) print(b *strings.Builder, indent string) {
	b.WriteString(indent + s.Kind.String() + s.inCall())
	for _, a := range s.Kind.arguments() {
		switch value := a.Write(s); {
		case value == "":
		case a.Key == "":
			b.WriteString(" " + value)
		default:
			b.WriteString(" " + a.Key + "=" + value)
		}
	}
	if s.Kind.block {
		b.WriteString(" {\n")
		for _, inner := range s.Body {
			inner.print(b, indent+"  ")
		}
		b.WriteString(indent + "}")
	}
	b.WriteString("\n")
}

// inCall returns what stands between the word of a crash and what it loses, "" if it is
// not in a call.
func (s Step) inCall() string {
	switch {
	case s.Kind.block || len(s.Body) == 0:
		return ""
	case s.After <= 0:
		return fmt.Sprintf(" in %s", s.Body[0])
	}
	return fmt.Sprintf(" in %s after event %d", s.Body[0], s.After)
}
