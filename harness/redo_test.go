package harness_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path"
	"time"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memlog"
)

// redo is an engine in plain files: whatever changes its log or its hard state is a line
// of a redo log, and each large payload is a file. The zero value is sound; what is set
// is a bug.
type redo struct {
	// syncsNothing: no call makes anything durable, though all say so.
	syncsNothing bool
	// persist and truncate: what these calls write, they sync before and not after.
	persist, truncate bool
	// persistAfterVote is persist once this vote was saved, 0 for none.
	persistAfterVote uint64
	// payload: the directory is not synced after a large payload's file was made.
	payload bool
	// opening is how long an open sleeps, which is no bug.
	opening time.Duration
}

func (r redo) factory(name string) engines.Factory {
	return engines.Factory{Name: name, Open: r.open}
}

func (r redo) open(env engines.Env) (engines.StorageEngine, error) {
	time.Sleep(r.opening)
	file, err := env.FS.OpenFile(path.Join(env.Dir, "redo.log"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	e := &redoEngine{StorageEngine: memlog.New(), bugs: r, env: env, file: file}
	return e, e.recover()
}

type redoEngine struct {
	engines.StorageEngine
	bugs redo
	env  engines.Env
	file afero.File
	end  int64 // of what is written
	vote uint64
}

// redoLine is a line of the redo log. One of its fields is set, but for Files.
type redoLine struct {
	Entries   []engines.Entry
	Files     []string // that have the payloads; "" for one that is in its entry
	Truncate  uint64
	Purge     engines.LogID
	HardState *engines.HardState
}

// recover goes through the redo log, and cuts it at the first line that is not whole.
func (e *redoEngine) recover() error {
	data, err := afero.ReadFile(e.env.FS, e.file.Name())
	for err == nil {
		line, rest, ended := bytes.Cut(data, []byte("\n"))
		l, ok := parseRedoLine(line)
		if !ok || !ended {
			break
		}
		err = e.again(l)
		e.end, data = e.end+int64(len(line))+1, rest
	}
	return errors.Join(err, e.file.Truncate(e.end), e.file.Sync(), syncDir(e.env.FS, e.env.Dir))
}

// again does what a line says. An entry whose payload is gone is gone itself, with those
// behind it.
func (e *redoEngine) again(l redoLine) error {
	log, ctx := e.StorageEngine.LogStore(), context.Background()
	for i, name := range l.Files {
		if name == "" {
			continue
		}
		payload, err := afero.ReadFile(e.env.FS, path.Join(e.env.Dir, name))
		if err != nil {
			if err := log.Truncate(ctx, l.Entries[i].Index); err != nil {
				return err
			}
			l.Entries = l.Entries[:i]
			break
		}
		l.Entries[i].Payload = payload
	}
	switch {
	case l.Files != nil:
		if err := log.PersistEntries(ctx, l.Entries); !errors.Is(err, engines.ErrGap) {
			return err
		}
		return nil
	case l.Truncate > 0:
		return log.Truncate(ctx, l.Truncate)
	case l.Purge != engines.LogID{}:
		return log.Purge(ctx, l.Purge)
	case l.HardState != nil:
		e.vote = l.HardState.Vote
		return e.StorageEngine.MetaStore().SaveHardState(ctx, *l.HardState)
	}
	return log.Reset(ctx)
}

// append writes a line and syncs it. Whatever is pending is durable before, so that a bug
// shows by what it is, and not by what comes later.
func (e *redoEngine) append(l redoLine) error {
	err := e.sync()
	if !e.bugs.syncsNothing {
		err = errors.Join(err, syncDir(e.env.FS, e.env.Dir))
	}
	return errors.Join(err, e.write(l), e.sync())
}

// appendUnsynced writes a line and does not sync it.
func (e *redoEngine) appendUnsynced(l redoLine) error {
	return errors.Join(e.sync(), e.write(l))
}

func (e *redoEngine) write(l redoLine) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	text = fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(text), text)
	_, err = e.file.WriteAt(text, e.end)
	e.end += int64(len(text))
	return err
}

func (e *redoEngine) sync() error {
	if e.bugs.syncsNothing {
		return nil
	}
	return e.file.Sync()
}

func parseRedoLine(line []byte) (l redoLine, ok bool) {
	sum, text, _ := bytes.Cut(line, []byte(" "))
	ok = string(sum) == fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)) && json.Unmarshal(text, &l) == nil
	return l, ok
}

func (e *redoEngine) Claims() engines.Claims {
	return engines.Claims{MutationsDurable: true, HardStateDurable: true, PurgeAlone: true}
}

func (e *redoEngine) Close() error {
	return errors.Join(e.StorageEngine.Close(), e.file.Close())
}

func (e *redoEngine) LogStore() engines.LogStore { return redoLog{e.StorageEngine.LogStore(), e} }

func (e *redoEngine) MetaStore() engines.MetaStore {
	return redoMeta{e.StorageEngine.MetaStore(), e}
}

type redoLog struct {
	engines.LogStore
	engine *redoEngine
}

func (redoLog) IsWriteDurable() bool { return true }

func (l redoLog) LoadPurgeBoundary(ctx context.Context) (engines.LogID, bool, error) {
	return l.LogStore.(engines.PurgeBoundaryLoader).LoadPurgeBoundary(ctx)
}

func (l redoLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if err := l.LogStore.PersistEntries(ctx, entries); err != nil || len(entries) == 0 {
		return err
	}
	const largeBytes = 256
	line := redoLine{Entries: append([]engines.Entry(nil), entries...), Files: make([]string, len(entries))}
	for i, entry := range entries {
		if len(entry.Payload) < largeBytes {
			continue
		}
		line.Entries[i].Payload, line.Files[i] = nil, fmt.Sprintf("%d-%d.payload", l.engine.end, i)
		if err := l.engine.keepPayload(line.Files[i], entry.Payload); err != nil {
			return err
		}
	}
	if bugs := l.engine.bugs; bugs.persist || bugs.persistAfterVote > 0 && bugs.persistAfterVote == l.engine.vote {
		return l.engine.appendUnsynced(line)
	}
	return errors.Join(l.engine.write(line), l.engine.sync())
}

// keepPayload makes a payload's file.
func (e *redoEngine) keepPayload(name string, payload []byte) error {
	f, err := e.env.FS.Create(path.Join(e.env.Dir, name))
	if err != nil {
		return err
	}
	_, err = f.Write(payload)
	if !e.bugs.syncsNothing {
		err = errors.Join(err, f.Sync())
	}
	err = errors.Join(err, f.Close())
	if e.bugs.syncsNothing || e.bugs.payload {
		return err
	}
	return errors.Join(err, syncDir(e.env.FS, e.env.Dir))
}

func (l redoLog) Truncate(ctx context.Context, from uint64) error {
	if err := l.LogStore.Truncate(ctx, from); err != nil {
		return err
	}
	line := redoLine{Truncate: cmp.Or(from, 1)}
	if l.engine.bugs.truncate {
		return l.engine.appendUnsynced(line)
	}
	return l.engine.append(line)
}

func (l redoLog) Purge(ctx context.Context, cutoff engines.LogID) error {
	if err := l.LogStore.Purge(ctx, cutoff); err != nil || cutoff.Index == 0 {
		return err
	}
	return l.engine.append(redoLine{Purge: cutoff})
}

func (l redoLog) Reset(ctx context.Context) error {
	if err := l.LogStore.Reset(ctx); err != nil {
		return err
	}
	return l.engine.append(redoLine{})
}

func (l redoLog) Flush(context.Context) error { return l.engine.sync() }

type redoMeta struct {
	engines.MetaStore
	engine *redoEngine
}

func (m redoMeta) SaveHardState(ctx context.Context, state engines.HardState) error {
	if err := m.MetaStore.SaveHardState(ctx, state); err != nil {
		return err
	}
	m.engine.vote = state.Vote
	return m.engine.append(redoLine{HardState: &state})
}

func (m redoMeta) Flush(context.Context) error { return m.engine.sync() }
