package models

import (
	"fmt"

	"github.com/ackproof/ackproof/internal/digest"
)

// Digest is a 128-bit hash.
type Digest = digest.Digest

// Op is one operation with its arguments: one of a kind of subject, or a [Restart]. It is
// not changed once it was called.
type Op interface {
	// String returns the words for the operation and its arguments.
	String() string
	// Word returns the word for what the operation does, as programs have it.
	Word() string
	// Reads reports whether the operation only reads.
	Reads() bool
	// MustWrite reports whether the operation cannot be kept without a write, so that a
	// pending one may leave something.
	MustWrite() bool
	// Forces reports whether the operation is there to make something durable.
	Forces() bool
	// AnswerText returns the words for what the operation returned, which is of the
	// subject's own type, or nil.
	AnswerText(answer any) string
}

// Restart is the end of a subject and its next beginning, an operation that every kind of
// subject has. Its result is everything that the subject shows then.
type Restart uint8

// The restarts.
const (
	// Reopen closes the subject and opens it again; the machine goes on.
	Reopen Restart = iota + 1
	// Crash ends the subject without a close, by a kill or a power failure, and
	// opens it again on what is left.
	Crash
	// Close is the first half of a Reopen, where something is promised of it.
	Close
)

// String returns the word for r that programs and reports use.
func (r Restart) String() string {
	switch r {
	case Reopen:
		return "reopen"
	case Crash:
		return "crash"
	case Close:
		return "close"
	}
	return "unknown"
}

// Word returns the word for r.
func (r Restart) Word() string { return r.String() }

// Reads returns false.
func (r Restart) Reads() bool { return false }

// MustWrite returns false.
func (r Restart) MustWrite() bool { return false }

// Forces returns false.
func (r Restart) Forces() bool { return false }

// AnswerText returns "ok".
func (r Restart) AnswerText(any) string { return "ok" }

// MarshalText returns the word for r.
func (r Restart) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a word that MarshalText returned.
func (r *Restart) UnmarshalText(text []byte) error {
	for *r = Reopen; *r <= Close; *r++ {
		if string(text) == r.String() {
			return nil
		}
	}
	return fmt.Errorf("got operation %q, want reopen, crash or close", text)
}

// opens reports whether op opens the subject again.
func opens(op Op) bool { return op == Reopen || op == Crash }
