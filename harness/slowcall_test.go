package harness

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

// slowBytes is how large the entry is that an engine slowOnce is slow with.
const slowBytes = 777

// slowOnce is an engine whose first write of such an entry takes longer than a call gets while a fault lasts,
// as on a machine that has no time for it.
type slowOnce struct {
	engines.StorageEngine
	slept *atomic.Bool
}

func (s slowOnce) LogStore() engines.LogStore { return slowLog{s.StorageEngine.LogStore(), s.slept} }
func (s slowOnce) Claims() engines.Claims     { return s.StorageEngine.(engines.Claimer).Claims() }

type slowLog struct {
	engines.LogStore
	slept *atomic.Bool
}

func (l slowLog) PersistEntries(ctx context.Context, entries []engines.Entry) error {
	if len(entries[0].Payload) == slowBytes && l.slept.CompareAndSwap(false, true) {
		time.Sleep(2 * waitLimit(hangAfterDefault))
	}
	return l.LogStore.PersistEntries(ctx, entries)
}

// TestSlowCallIsNoHang: a call that takes long where a lasting fault has not fired gets all
// the time that a call has.
func TestSlowCallIsNoHang(t *testing.T) {
	var slept atomic.Bool
	f := engines.Factory{Name: "slow-once", Open: func(env engines.Env) (engines.StorageEngine, error) {
		e, err := filelog.Open(filelog.Options{FS: env.FS, Dir: env.Dir})
		return slowOnce{e, &slept}, err
	}}
	c := Config{Profile: crash.Ext4Ordered(), Depth: -1, Only: []scenarios.NamedProgram{
		{Name: "lasting", Program: raftlog.MustParse("fail fsync 50 times=all\npersist 1\npersist 1 size=777\npersist 1")},
	}}
	x, err := Verify(context.Background(), f, c)
	if err != nil || len(x.Findings) > 0 || !slept.Load() {
		t.Errorf("got %v, %v, slept %v", x.Findings, err, slept.Load())
	}
}
