package value

import (
	"encoding/json"

	"github.com/ackproof/ackproof/models"
)

// Calls are what a subject does, by words: from the value before to the value after.
type Calls[S comparable] map[string]func(S) S

// Contract is what a subject is held to.
type Contract[S comparable] struct {
	// Buffered: a call is durable when the next flush returns, not when it does itself.
	Buffered bool `json:",omitempty"`
	// Calls are those that change the value. Bundles hold none: their reader has them.
	Calls Calls[S] `json:"-"`
}

// spec is the pure specification under a contract.
type spec[S comparable] struct{ Contract[S] }

// Spec returns the specification under c.
func (c Contract[S]) Spec() models.Spec { return spec[S]{c} }

// Promised returns c with calls that are durable when they return.
func (c Contract[S]) Promised() (more models.Contract, ok bool) {
	ok, c.Buffered = c.Buffered, false
	return c, ok
}

// OpenedBy returns both as they are: what an open shows is durable for all of them.
func (c Contract[S]) OpenedBy(reader models.Contract) (written, opened models.Contract) {
	return c, reader
}

// Forgetting returns nothing: what a flush returned for is never given up.
func (c Contract[S]) Forgetting() (less models.Contract, ok bool) { return nil, false }

// Unshown returns c: a value is durable by a call only.
func (c Contract[S]) Unshown() models.Contract { return c }

// Properties returns those that a value has.
func (c Contract[S]) Properties() models.PropertySet {
	return models.SetOf(
		models.AckedDurable, models.FlushedDurable, models.Prefix, models.OpensAfterCrash, models.RecoveryIdempotent,
		models.RecoveredDurable, models.LiveAfterRecovery, models.ReadsLinearizable, models.ErrorSurfaced,
	)
}

// Claimed returns all of them, but for what a buffered subject does not promise.
func (c Contract[S]) Claimed() (out models.PropertySet) {
	for p := range c.Properties().All() {
		if p != models.AckedDurable || !c.Buffered {
			out = out.With(p)
		}
	}
	return out
}

// ClaimWords returns the claim.
func (c Contract[S]) ClaimWords() []string {
	if c.Buffered {
		return []string{}
	}
	return []string{"write-durable"}
}

// WithoutWords returns nil.
func (c Contract[S]) WithoutWords() []string { return nil }

// DurabilityWord returns when calls are durable.
func (c Contract[S]) DurabilityWord() string {
	if c.Buffered {
		return models.Buffered
	}
	return models.Durable
}

// Stored reads what is stored of a subject with those calls.
func Stored[S comparable](calls Calls[S]) models.Stored {
	return models.Stored{
		Op:     func() models.Op { return new(Op) },
		Answer: func() any { return new(Answer[S]) },
		View:   func() models.View { return new(View[S]) },
		Probe:  func() models.Probe { return new(Probe[S]) },
		Contract: func(text []byte) (models.Contract, error) {
			c := Contract[S]{Calls: calls}
			err := json.Unmarshal(text, &c)
			return c, err
		},
	}
}
