package harness

import (
	"context"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	"github.com/ackproof/ackproof/scenarios"
)

// The front door for Raft log stores: each function is that for any subject.

// Run is [RunSubject] for a log store.
func Run(t *testing.T, f engines.Factory, options ...Option) {
	t.Helper()
	RunSubject(t, logstore.Of(f), options...)
}

// Verify is [VerifySubject] for a log store, which takes no more than c.Limits allow.
func Verify(ctx context.Context, f engines.Factory, c Config) (*evidence.Outcome, error) {
	return VerifySubject(ctx, logstore.Of(f), c)
}

// Syncs is [SyncsSubject] for a log store.
func Syncs(ctx context.Context, f engines.Factory, c Config, profiles ...crash.Profile) (*evidence.SyncMap, error) {
	return SyncsSubject(ctx, logstore.Of(f), c, profiles...)
}

// Corruptions is [CorruptionsSubject] for a log store.
func Corruptions(ctx context.Context, f engines.Factory, c Config) (*evidence.CorruptionMap, error) {
	return CorruptionsSubject(ctx, logstore.Of(f), c)
}

// Record is [RecordSubject] for a log store.
func Record(f engines.Factory, c Config, program scenarios.Program) (*Recording, error) {
	return RecordSubject(logstore.Of(f), c, program)
}

// Recover is [RecoverSubject] for a log store.
func Recover(f engines.Factory, image *faultfs.Image) (*models.Recovered, error) {
	return RecoverSubject(logstore.Of(f), image)
}

// Replay is [ReplaySubject] for a log store.
func Replay(f engines.Factory, c *evidence.Case) (*evidence.Case, error) {
	return ReplaySubject(logstore.Of(f), c)
}
