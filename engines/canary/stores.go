package canary

import (
	"context"
	"slices"
	"sync"

	"github.com/ackproof/ackproof/engines"
)

// fullLog is a log with all abilities; a plant embeds one and changes a method.
type fullLog interface {
	engines.LogStore
	engines.RangeReplacer
	engines.PurgeBoundaryLoader
}

// claimingEngine is an engine that states its claims.
type claimingEngine interface {
	engines.StorageEngine
	engines.Claimer
}

// withLog is an engine whose log is another.
type withLog struct {
	claimingEngine
	log engines.LogStore
}

func (w withLog) LogStore() engines.LogStore { return w.log }

// plantInLog returns engines like those of f, each with the log that change makes
// of its own. All abilities and claims are those of f's, which must have all.
func plantInLog(f engines.Factory, change func(fullLog) engines.LogStore) engines.Factory {
	return engines.Factory{Name: f.Name, Needs: f.Needs, Without: f.Without, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := f.Open(env)
		if err != nil {
			return nil, err
		}
		return withLog{e.(claimingEngine), change(e.LogStore().(fullLog))}, nil
	}}
}

// noFlush takes a flush for granted.
type noFlush struct{ fullLog }

func (l noFlush) Flush(ctx context.Context) error {
	_, _, err := l.LoadPurgeBoundary(ctx) // refuses after Close, as all do
	return err
}

// replaceInTwo replaces a range in two steps, though it claims one.
type replaceInTwo struct{ fullLog }

func (l replaceInTwo) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	if len(entries) == 0 || entries[0].Index != from || engines.CheckBatch(entries) != nil {
		return l.fullLog.ReplaceRange(ctx, from, entries)
	}
	if err := l.Truncate(ctx, from); err != nil {
		return err
	}
	return l.PersistEntries(ctx, entries) // plant: replace-not-atomic
}

// boundaryInMemory forgets the purge boundary at its end.
type boundaryInMemory struct {
	fullLog
	mu     sync.Mutex
	purged bool // in this life
}

func (l *boundaryInMemory) Purge(ctx context.Context, cutoff engines.LogID) error {
	err := l.fullLog.Purge(ctx, cutoff)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.purged = l.purged || err == nil // plant: boundary-lost
	return err
}

func (l *boundaryInMemory) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	id, ok, err := l.fullLog.LoadPurgeBoundary(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.purged {
		return engines.LogID{}, false, err
	}
	return id, ok, err
}

// newestTerm stores the term of its newest entry with the purge boundary, and
// reports the right one only until its end.
type newestTerm struct {
	fullLog
	mu       sync.Mutex
	boundary engines.LogID
}

func (l *newestTerm) Purge(ctx context.Context, cutoff engines.LogID) error {
	before, _, err := l.fullLog.LoadPurgeBoundary(ctx)
	if err != nil || cutoff.Index <= before.Index {
		return err
	}
	wrong := cutoff
	if newest, ok, err := l.Entry(ctx, l.LastIndex()); err == nil && ok {
		wrong.Term = newest.Term // plant: boundary-with-wrong-term
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.boundary = cutoff
	return l.fullLog.Purge(ctx, wrong)
}

func (l *newestTerm) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	id, ok, err := l.fullLog.LoadPurgeBoundary(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if ok && l.boundary.Index == id.Index {
		id.Term = l.boundary.Term
	}
	return id, ok, err
}

// lastOfEntries works its last index out from the entries alone when it opens,
// and keeps it until the first change.
type lastOfEntries struct {
	fullLog
	mu   sync.Mutex
	last uint64
	// known says that last is what to say.
	known bool
}

func newLastOfEntries(log fullLog) engines.LogStore {
	_, ok, err := log.Entry(context.Background(), log.LastIndex())
	return &lastOfEntries{fullLog: log, known: err == nil && !ok}
}

func (l *lastOfEntries) LastIndex() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known {
		return l.last
	}
	return l.fullLog.LastIndex()
}

func (l *lastOfEntries) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	defer l.changed()
	return l.fullLog.PersistEntries(ctx, entries)
}

func (l *lastOfEntries) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	defer l.changed()
	return l.fullLog.ReplaceRange(ctx, from, entries)
}

func (l *lastOfEntries) Purge(ctx context.Context, cutoff engines.LogID) error {
	defer l.changed()
	return l.fullLog.Purge(ctx, cutoff)
}

func (l *lastOfEntries) changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known = false
}

// staleRange keeps the range that was read last, and forgets it when the log is
// cut, but not when it grows.
type staleRange struct {
	fullLog
	mu          sync.Mutex
	first, last uint64
	entries     []engines.Entry
	has         bool
}

func (l *staleRange) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.has || l.first != first || l.last != last {
		entries, err := l.fullLog.GetEntries(ctx, first, last)
		if err != nil {
			return nil, err
		}
		l.first, l.last, l.entries, l.has = first, last, entries, true
	}
	out := slices.Clone(l.entries)
	for i := range out {
		out[i].Payload = slices.Clone(out[i].Payload)
	}
	return out, ctx.Err()
}

func (l *staleRange) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if len(entries) > 0 && entries[0].Index <= l.LastIndex() {
		l.forget()
	}
	return l.fullLog.PersistEntries(ctx, entries)
}

func (l *staleRange) ReplaceRange(ctx context.Context, from uint64, entries []engines.Entry) error {
	l.forget()
	return l.fullLog.ReplaceRange(ctx, from, entries)
}

func (l *staleRange) Truncate(ctx context.Context, from uint64) error {
	l.forget()
	return l.fullLog.Truncate(ctx, from)
}

func (l *staleRange) Purge(ctx context.Context, cutoff engines.LogID) error {
	l.forget()
	return l.fullLog.Purge(ctx, cutoff)
}

func (l *staleRange) Reset(ctx context.Context) error {
	l.forget()
	return l.fullLog.Reset(ctx)
}

func (l *staleRange) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.has = false
}
