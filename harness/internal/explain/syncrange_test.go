package explain_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/internal/explain"
)

// rangeFS takes sync_file_range for an fsync of a file.
type rangeFS struct{ afero.Fs }

func (r rangeFS) OpenFile(name string, flag int, perm fs.FileMode) (afero.File, error) {
	f, err := r.Fs.OpenFile(name, flag, perm)
	if err != nil {
		return f, err
	}
	return rangeFile{f}, nil
}

type rangeFile struct{ afero.File }

func (r rangeFile) Sync() error { return r.File.(*faultfs.File).SyncRange(0, 0) }

// Who takes sync_file_range for an fsync is told that it was called, and where; who did not
// call it on the file that lost something is not.
func TestSyncRangeIsTold(t *testing.T) {
	f := filelog.Factory(filelog.Options{})
	open := f.Open
	f.Open = func(env engines.Env) (engines.StorageEngine, error) {
		env.FS = rangeFS{env.FS}
		return open(env)
	}
	f.OpenReadOnly = nil
	failed := failureOf(t, f, "persist 1")
	got := explain.Explain(failed.Failure, failed.trials, failed.host).Sentence
	var want string
	for i, e := range failed.Life.Journal.Events[:failed.State.Point] {
		if e.Kind == journal.EventSyncRange {
			want = fmt.Sprintf(". sync_file_range was called on %s at event %d: it makes nothing durable.", e.Path, i)
		}
	}
	if want == "" || !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end with %q", got, want)
	}
	failed = failureOf(t, canaryNamed(t, "no-sync-on-persist"), "persist 1")
	if got := explain.Explain(failed.Failure, failed.trials, failed.host).Sentence; strings.Contains(got, "sync_file_range") {
		t.Errorf("got %q of an engine that never called it", got)
	}
}
