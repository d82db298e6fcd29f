package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// callWith makes a call with run, and returns its result.
func callWith(ctx context.Context, run func(func()) *CallFailure, s subject.Store, r Request) models.Result {
	var result models.Result // after a hang somebody may still write to it
	failed := run(func() {
		answer, err := s.Call(ctx, r.Op, r.Input)
		if err != nil {
			mustReturn(err)
			result = models.Result{Err: ErrorText(err), Corrupt: errors.Is(err, engines.ErrCorrupt)}
			return
		}
		result.Answer = answer
	})
	if failed == nil {
		return result
	}
	return failed.Result()
}

// ErrorText returns the text of an error, never empty.
func ErrorText(err error) string {
	if text := err.Error(); text != "" {
		return text
	}
	return fmt.Sprintf("%T without a text", err)
}
