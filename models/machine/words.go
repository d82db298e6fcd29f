package machine

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/models"
)

// Word returns the word for the operation's kind.
func (o *Op) Word() string { return o.Kind.String() }

// Forces reports whether the operation is there to make something durable.
func (o *Op) Forces() bool { return o.Kind == Flush || o.Kind == SaveHardState }

// AnswerText returns what the operation returned, "ok" where that is nothing.
func (o *Op) AnswerText(answer any) string {
	a, ok := answer.(*Answer)
	if !ok {
		a = &Answer{}
	}
	switch o.Kind {
	case Apply:
		return a.resultsText()
	case Generate:
		return fmt.Sprintf("checksum %.4x", a.Checksum)
	case Get:
		return valuesText(a.Values)
	case GetMulti:
		return fmt.Sprintf("%s at %d", valuesText(a.Values), a.Applied.Index)
	case Scan:
		return fmt.Sprintf("%s at %d", pairsText(a.Pairs), a.Applied.Index)
	case ReadApplied:
		return idText(a.Applied)
	case ReadMetadata:
		if a.Metadata == nil {
			return metadata{}.String()
		}
		return metadata{*a.Metadata, true}.String()
	case ReadTerm:
		return fmt.Sprint(a.Term)
	case ReadLen:
		return fmt.Sprint(a.Len)
	}
	return "ok"
}

// resultsText returns which entries did not do what they were to do, "ok" for none.
func (a *Answer) resultsText() string {
	var failed, repeated []string
	for _, r := range a.Results {
		switch {
		case r.Repeated:
			repeated = append(repeated, fmt.Sprint(r.Index))
		case !r.Succeeded:
			failed = append(failed, fmt.Sprint(r.Index))
		}
	}
	var out []string
	if len(failed) > 0 {
		out = append(out, "not swapped: "+strings.Join(failed, " "))
	}
	if len(repeated) > 0 {
		out = append(out, "repeated: "+strings.Join(repeated, " "))
	}
	if len(out) == 0 {
		return "ok"
	}
	return strings.Join(out, "; ")
}

func valuesText(values []*Value) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.String()
	}
	return strings.Join(out, " ")
}

// ClaimWords returns the names of the claims that are made, those that decline something
// last.
func (c Contract) ClaimWords() []string {
	out := []string{}
	for _, claim := range []struct {
		made bool
		name string
	}{
		{c.ApplyDurable, "apply-durable"},
		{c.RestoreDurable, "restore-durable"},
		{c.ResetDurable, "reset-durable"},
		{c.ShutdownDurable, "shutdown-durable"},
		{c.ReadersNotBlocked, "readers-not-blocked"},
		{c.SpaceReclaimed, "space-reclaimed"},
		{c.CloseReleases, "close-releases"},
		{c.CorruptionDetected, "corruption-detected"},
		{c.Volatile, "volatile"},
		{c.ChunkMaySplit, "chunk-may-split"},
		{c.PersistNeedsFlush, "persist-needs-flush"},
		{c.RecoveryNeedsFlush, "recovery-needs-flush"},
	} {
		if claim.made {
			out = append(out, claim.name)
		}
	}
	return out
}

// WithoutWords returns nil: a machine has all operations.
func (c Contract) WithoutWords() []string { return nil }

// DurabilityWord returns the word for when what a machine applies is durable.
func (c Contract) DurabilityWord() string {
	switch {
	case c.Volatile:
		return models.Volatile
	case c.ApplyDurable:
		return models.Durable
	}
	return models.Buffered
}
