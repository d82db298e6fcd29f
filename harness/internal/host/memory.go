package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/internal/watch"
	"github.com/ackproof/ackproof/models"
)

// memory runs engines in this process, on disks in memory.
type memory struct {
	factory subject.Factory
	limits  Limits
	disks   []string
	stayed  *stayed
}

func (m *memory) Boot(c faultfs.Config) Machine {
	c.Disks = m.disks
	return m.machine(faultfs.NewDisk(c))
}

func (m *memory) Resume(c faultfs.Config, j *journal.Journal) Machine {
	c.Disks = m.disks
	return m.machine(faultfs.Resume(c, j))
}

func (m *memory) machine(d *faultfs.Disk) Machine {
	out := &machine{factory: m.factory, watch: newWatchdog(m.limits), disk: d, sticks: sticks(d.Faults()), stayed: m.stayed, disks: m.disks}
	out.newGate = out.gateInMemory
	return out
}

func (m *memory) Recoveries() Recoveries {
	return &memoryRecoveries{factory: m.factory, watch: newWatchdog(m.limits), disks: m.disks, stayed: m.stayed}
}

func (m *memory) Within(l Limits) Host { return &memory{m.factory, l, m.disks, m.stayed} }

func (m *memory) With(change func(subject.Factory) subject.Factory) (Host, bool) {
	return &memory{change(m.factory), m.limits, m.disks, m.stayed}, true
}

func (m *memory) Kind() *subject.Kind { return m.factory.Kind }

func (m *memory) CheapStacks() bool { return true }

func (m *memory) NotSeen() string { return "" }

func (m *memory) NotTried() string { return "" }

func (m *memory) Close() {}

// memoryRecoveries recover in this process. Nothing is done ahead: a preview
// is made when its end is asked for.
type memoryRecoveries struct {
	factory subject.Factory
	watch   *watchdog
	disks   []string
	stayed  *stayed
	preview *faultfs.Image
	whole   bool
}

func (r *memoryRecoveries) Close() { r.watch.stop() }

func (r *memoryRecoveries) Recover(image *faultfs.Image) *models.Recovered {
	run := &recoveryRun{factory: r.factory, env: r.inMemory(image)}
	out := run.within(r.watch.run)
	if run.left && out.Failure == nil {
		disk := run.env.FS.(*faultfs.Disk)
		out.Left = r.stayed.left(r.watch.limits, func() []string { return openWords(disk.OpenFiles()) }, watch.Self)
	}
	return out
}

func (r *memoryRecoveries) Shows() bool { return r.factory.OpenReadOnly != nil }

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
	v, ok := viewReadOnly(r.watch.run, r.factory, r.inMemory(r.preview))
	return previewOf(v, ok)
}

func (r *memoryRecoveries) DropPreviews() { r.preview = nil }

func (r *memoryRecoveries) inMemory(image *faultfs.Image) engines.Env {
	c := faultfs.Config{Image: image, Disks: r.disks, Unjournaled: true}
	return engines.Env{FS: faultfs.NewDisk(c), Dir: EngineDir}
}

// previewOf returns the preview of what a read-only open showed, if it did.
func previewOf(v models.View, ok bool) Preview {
	if !ok {
		return Preview{}
	}
	return Preview{View: v.Key(), OK: true}
}
