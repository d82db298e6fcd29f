package harness_test

import (
	"context"
	"os"
	"path"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
)

// harmful is the file engine that does harm at each call of one kind.
type harmful struct {
	at   string
	harm func()
}

// The calls that harmful engines do harm at. A recovery is an open of a store that holds
// entries, and a read that of a log that does.
const (
	atPersist       = "persist"
	atTruncate      = "truncate"
	atFlush         = "flush"
	atRead          = "read"
	atSaveHardState = "save-hard-state"
	atClose         = "close"
	atSecondOpen    = "second-open"
	atRecovery      = "recovery"
)

func allCalls() []string {
	return []string{atPersist, atTruncate, atFlush, atRead, atSaveHardState, atClose, atSecondOpen, atRecovery}
}

func hang() { select {} }

// factory returns the engine in memory.
func (h harmful) factory(name string) engines.Factory {
	return engines.Factory{Name: name, Open: h.open}
}

// onDir returns the engine on a real directory.
func (h harmful) onDir(name string) engines.Factory {
	return engines.Factory{Name: name, Needs: engines.NeedsDir, Open: func(env engines.Env) (engines.StorageEngine, error) {
		return h.open(engines.Env{FS: afero.NewOsFs(), Dir: env.Dir})
	}}
}

func (h harmful) open(env engines.Env) (engines.StorageEngine, error) {
	if used, err := afero.Exists(env.FS, path.Join(env.Dir, "hardstate")); err != nil || used {
		h.when(atSecondOpen)
	}
	e, err := filelog.Factory(small).Open(env)
	if err == nil && e.LogStore().LastIndex() > 0 {
		h.when(atRecovery)
	}
	return harmfulEngine{e, h}, err
}

// when does harm if the call is the one to do so.
func (h harmful) when(call string) {
	if h.at == call {
		h.harm()
	}
}

type harmfulEngine struct {
	engines.StorageEngine
	harmful harmful
}

func (e harmfulEngine) LogStore() engines.LogStore {
	return harmfulLog{&logOf{e.StorageEngine.LogStore()}, e.harmful}
}

func (e harmfulEngine) MetaStore() engines.MetaStore {
	return harmfulMeta{e.StorageEngine.MetaStore(), e.harmful}
}

func (e harmfulEngine) Claims() engines.Claims { return e.StorageEngine.(engines.Claimer).Claims() }

func (e harmfulEngine) Close() error {
	e.harmful.when(atClose)
	return e.StorageEngine.Close()
}

type harmfulLog struct {
	*logOf
	harmful harmful
}

func (l harmfulLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	l.harmful.when(atPersist)
	return l.logOf.PersistEntries(ctx, entries)
}

func (l harmfulLog) Truncate(ctx context.Context, from uint64) error {
	l.harmful.when(atTruncate)
	return l.logOf.Truncate(ctx, from)
}

func (l harmfulLog) Flush(ctx context.Context) error {
	l.harmful.when(atFlush)
	return l.logOf.Flush(ctx)
}

func (l harmfulLog) GetEntries(ctx context.Context, first, last uint64) ([]engines.Entry, error) {
	if l.LastIndex() > 0 {
		l.harmful.when(atRead)
	}
	return l.logOf.GetEntries(ctx, first, last)
}

type harmfulMeta struct {
	engines.MetaStore
	harmful harmful
}

func (m harmfulMeta) SaveHardState(ctx context.Context, state engines.HardState) error {
	m.harmful.when(atSaveHardState)
	return m.MetaStore.SaveHardState(ctx, state)
}

// harmfulFactories are the engines that hang at some call, or end at each recovery, in
// memory and on real directories.
func harmfulFactories() []engines.Factory {
	var out []engines.Factory
	for _, call := range allCalls() {
		h := harmful{call, hang}
		out = append(out, h.factory("hangs-at-"+call), h.onDir("hangs-on-dir-at-"+call))
	}
	return append(out,
		harmful{atRecovery, func() { panic("on purpose") }}.onDir("panics-on-dir"),
		harmful{atRecovery, func() { os.Exit(3) }}.onDir("exits-on-dir"))
}
