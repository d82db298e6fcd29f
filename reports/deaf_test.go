package reports_test

import (
	"context"
	"testing"

	"github.com/ackproof/ackproof/engines"
)

// deaf is an engine that acknowledges what it failed to persist.
func deaf(t *testing.T) engines.Factory {
	f := plant(t, "no-sync-on-persist").Healthy()
	open := f.Open
	f.Name, f.OpenReadOnly = "deaf", nil
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		e, err := open(env)
		return deafEngine{e}, err
	}
	return f
}

type deafEngine struct{ engines.StorageEngine }

func (e deafEngine) LogStore() engines.LogStore { return deafLog{e.StorageEngine.LogStore()} }
func (e deafEngine) Claims() engines.Claims     { return e.StorageEngine.(engines.Claimer).Claims() }

type deafLog struct{ engines.LogStore }

func (l deafLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	_ = l.LogStore.PersistEntries(ctx, entries)
	return nil
}
