package filelog

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

func TestFailureStopsEngine(t *testing.T) {
	boom := errors.New("boom")
	for _, op := range []string{"write", "sync"} {
		for _, failure := range []error{boom, io.ErrShortWrite} {
			for after := range 14 {
				testFailure(t, op, failure, after)
			}
		}
	}
}

// testFailure lets the operation fail after some that went well, and wants all
// later changes refused and all acknowledged ones kept.
func testFailure(t *testing.T, op string, failure error, after int) {
	t.Helper()
	count, failed, opened := 0, false, false
	fs := &brokenFs{Fs: afero.NewMemMapFs(), hook: func(got, _ string) error {
		if got != op || !opened {
			return nil
		}
		count++
		if failed && op == "sync" {
			t.Errorf("%s was tried again after it failed", op)
		}
		if count <= after {
			return nil
		}
		failed = true
		return failure
	}}
	must(t, fs.Mkdir(testDir, 0o755))
	e := openOn(t, Options{FS: fs, SegmentBytes: 300})
	opened = true
	acked := uint64(0)
	for i := uint64(1); i <= 12; i++ {
		err := e.log.PersistEntries(ctx, batch(i, i, 1, 40))
		if err == nil {
			acked = i
		}
		if (err != nil) != failed || failed && !errors.Is(err, failure) {
			t.Fatalf("error %v after failure %v: %v", err, failure, failed)
		}
		if failed {
			break
		}
	}
	if !failed {
		t.Fatalf("no %s failed after %d", op, after)
	}
	for name, err := range map[string]error{
		"persist": e.log.PersistEntries(ctx, batch(1, 1, 1, 1)), "flush": e.log.Flush(ctx),
		"purge": e.log.Purge(ctx, engines.LogID{Index: 9}), "truncate": e.log.Truncate(ctx, 1),
		"reset": e.log.Reset(ctx), "save": e.hard.SaveHardState(ctx, engines.HardState{Term: 9}),
	} {
		if !errors.Is(err, failure) {
			t.Errorf("%s after failure: %v, want %v", name, err, failure)
		}
	}
	if got := e.log.LastIndex(); got != acked {
		t.Errorf("last index %d, want %d", got, acked)
	}
	must(t, e.Close())
	again := openOn(t, Options{FS: fs.Fs})
	if got := again.log.LastIndex(); got != acked && got != acked+1 {
		t.Errorf("last index %d after reopen, want %d or one more", got, acked)
	}
	must(t, again.Close())
}

// Callers that overlap share a sync.
func TestGroupCommit(t *testing.T) {
	const clients = 32
	release := make(chan struct{})
	syncs := 0
	fs := &brokenFs{Fs: afero.NewMemMapFs(), hook: func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, segmentSuffix) {
			if syncs++; syncs == 2 {
				<-release
			}
		}
		return nil
	}}
	e := openOn(t, Options{FS: fs})
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			if err := e.log.PersistEntries(ctx, batch(1, 3, 1, 10)); err != nil {
				t.Error(err)
			}
		})
	}
	// All writers get past the write while the first sync is held up.
	for {
		e.log.mu.Lock()
		written := e.log.written
		e.log.mu.Unlock()
		if written == clients {
			break
		}
		if last := e.log.LastIndex(); last != 0 {
			t.Fatalf("last index %d before anything is durable, want 0", last)
		}
	}
	close(release)
	wg.Wait()
	// One for the header, the one held up, and one for all the others.
	if syncs != 3 {
		t.Errorf("%d syncs for %d changes, want 3", syncs, clients)
	}
	want := show(t, e)
	must(t, e.Close())
	if got, err := recovered(filesOf(t, fs)); got != want || err != nil {
		t.Errorf("recovered %q, %v; want %q", got, err, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	for _, buffered := range []bool{false, true} {
		e := openOn(t, Options{FS: afero.NewMemMapFs(), SegmentBytes: 700, Buffered: buffered})
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := uint64(1); i <= 300; i++ {
				if err := e.log.PersistEntries(ctx, batch(i, i+1, 1, 50)); err != nil {
					t.Error(err)
				}
				if i%20 == 0 {
					if err := e.log.Purge(ctx, engines.LogID{Index: i - 10, Term: 1}); err != nil {
						t.Error(err)
					}
				}
			}
		})
		for range 3 {
			wg.Go(func() {
				for range 200 {
					entries, err := e.log.GetEntries(ctx, 1, 1000)
					if err != nil {
						t.Error(err)
					}
					for i, got := range entries {
						if want := entry(entries[0].Index+uint64(i), 1, 50); string(got.Payload) != string(want.Payload) || got.ID() != want.ID() {
							t.Errorf("entry %v, want %v", got, want)
						}
					}
					if err := firstOf(e.log.Flush(ctx), e.hard.SaveHardState(ctx, engines.HardState{Term: 1})); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		must(t, e.Close())
	}
}
