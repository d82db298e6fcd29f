package boltlog

import (
	"context"
	"errors"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/engines"
)

// The same calls make the same bytes, or a crash state could not be found again.
func TestSameCallsSameFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var dirs []string
		var all []*Engine
		for range 3 {
			dir := memoryDir(t)
			dirs, all = append(dirs, dir), append(all, open(r, Options{Dir: dir, NoSync: true}))
		}
		for range rapid.IntRange(1, 20).Draw(r, "calls") {
			randomCall(r, all...)
		}
		for _, e := range all {
			must(r, e.Close())
		}
		for _, dir := range dirs[1:] {
			if !maps.Equal(filesIn(r, dirs[0]), filesIn(r, dir)) {
				r.Fatal("got two files from the same calls, want one")
			}
		}
	})
}

// randomCall makes one call that the log can take, the same on each of the
// engines.
func randomCall(r *rapid.T, all ...*Engine) {
	log := all[0].LogStore()
	purged, _, err := log.(engines.PurgeBoundaryLoader).LoadPurgeBoundary(context.Background())
	must(r, err)
	boundary, last := purged.Index, log.LastIndex()
	kind := rapid.SampledFrom([]string{"persist", "append", "truncate", "purge", "save", "reset", "flush"}).Draw(r, "kind")
	from := rapid.Uint64Range(boundary+1, last+1).Draw(r, "from")
	if kind == "append" {
		from = last + 1
	}
	count := rapid.Uint64Range(1, 50).Draw(r, "count")
	size := rapid.SampledFrom([]int{20, 0, 500, 5000}).Draw(r, "size")
	for _, e := range all {
		must(r, doCall(e, kind, from, batch(from, from+count-1, size)))
	}
}

func doCall(e *Engine, kind string, from uint64, entries []engines.Entry) error {
	ctx, log := context.Background(), e.LogStore()
	switch kind {
	case "persist", "append":
		return log.PersistEntries(ctx, entries)
	case "truncate":
		return log.Truncate(ctx, from)
	case "purge":
		return log.Purge(ctx, engines.LogID{Index: from, Term: 1})
	case "save":
		return e.MetaStore().SaveHardState(ctx, engines.HardState{Term: from, Vote: uint64(len(entries))})
	case "reset":
		return log.Reset(ctx)
	case "flush":
		return errors.Join(log.Flush(ctx), e.MetaStore().Flush(ctx))
	}
	panic("boltlog: unknown kind " + kind)
}
