package harness

import (
	"context"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/harness/evidence"
)

// VerifyWithPreviews is [Verify] with at most n previews under way in one worker.
func VerifyWithPreviews(ctx context.Context, f engines.Factory, c Config, n int) (*evidence.Outcome, error) {
	c = c.resolved()
	o := c.options("")
	o.PreviewsMax = n
	return verify(ctx, f, c, o)
}
