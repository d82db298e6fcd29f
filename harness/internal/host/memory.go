package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/models"
)

// memory runs engines in this process, on disks in memory.
type memory struct {
	factory engines.Factory
	limits  Limits
}

func (m *memory) Boot(c faultfs.Config) Machine { return m.machine(faultfs.NewDisk(c)) }

func (m *memory) Resume(c faultfs.Config, j *journal.Journal) Machine {
	return m.machine(faultfs.Resume(c, j))
}

func (m *memory) machine(d *faultfs.Disk) Machine {
	out := &machine{factory: m.factory, watch: newWatchdog(m.limits), disk: d}
	out.newGate = out.gateInMemory
	return out
}

func (m *memory) Recoveries() Recoveries {
	return &memoryRecoveries{factory: m.factory, watch: newWatchdog(m.limits)}
}

func (m *memory) Within(l Limits) Host { return &memory{m.factory, l} }

func (m *memory) With(change func(engines.Factory) engines.Factory) (Host, bool) {
	return &memory{change(m.factory), m.limits}, true
}

func (m *memory) CheapStacks() bool { return true }

func (m *memory) NotSeen() string { return "" }

func (m *memory) Close() {}

// memoryRecoveries recover in this process. Nothing is done ahead: a preview
// is made when its end is asked for.
type memoryRecoveries struct {
	factory engines.Factory
	watch   *watchdog
	preview *faultfs.Image
	whole   bool
}

func (r *memoryRecoveries) Close() { r.watch.stop() }

func (r *memoryRecoveries) Recover(image *faultfs.Image) *models.Recovered {
	return recoverIn(r.watch.run, r.factory, inMemory(image))
}

func (r *memoryRecoveries) StartPreview(image *faultfs.Image, whole bool) {
	r.watch.limits.check()
	r.preview, r.whole = image, whole
}

func (r *memoryRecoveries) PreviewsMax() int { return 1 }

func (r *memoryRecoveries) FinishPreview() Preview {
	defer r.DropPreviews()
	if r.whole {
		return Preview{Whole: r.Recover(r.preview)}
	}
	v, ok := viewReadOnly(r.watch.run, r.factory, inMemory(r.preview))
	return Preview{View: v.Key(), OK: ok}
}

func (r *memoryRecoveries) DropPreviews() { r.preview = nil }

func inMemory(image *faultfs.Image) engines.Env {
	return engines.Env{FS: faultfs.NewDisk(faultfs.Config{Image: image, Unjournaled: true}), Dir: EngineDir}
}
