package host

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/internal/coverage"
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
	// coverage may be nil.
	coverage *coverage.Recorder
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
	out := &machine{factory: m.factory, watch: newWatchdog(m.limits), disk: d, stayed: m.stayed, disks: m.disks, coverage: m.coverage}
	out.sticks.Store(sticks(d.Faults()))
	out.newGate = out.gateInMemory
	return out
}

func (m *memory) Recoveries() Recoveries {
	return &memoryRecoveries{factory: m.factory, watch: newWatchdog(m.limits), disks: m.disks, stayed: m.stayed, coverage: m.coverage}
}

func (m *memory) Within(l Limits) Host {
	out := *m
	out.limits = l
	return &out
}

func (m *memory) With(change func(subject.Factory) subject.Factory) (Host, bool) {
	out := *m
	out.factory = change(m.factory)
	return &out, true
}

// Reader is the host itself.
func (m *memory) Reader() (Host, bool) { return m, false }

func (m *memory) TakesOver() bool { return false }

func (m *memory) Kind() *subject.Kind { return m.factory.Kind }

func (m *memory) CheapStacks() bool { return true }

func (m *memory) NotSeen() string { return "" }

func (m *memory) NotTried() string { return "" }

func (m *memory) Cancels() bool { return true }

func (m *memory) Sticks() bool { return true }

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
	// coverage may be nil.
	coverage *coverage.Recorder
}

func (r *memoryRecoveries) Close() { r.watch.stop() }

func (r *memoryRecoveries) Recover(image *faultfs.Image) *models.Recovered {
	run := &recoveryRun{factory: r.factory, env: r.inMemory(image), coverage: r.coverage}
	out := run.within(r.watch.run)
	r.count(image, run.ranOpening())
	if run.left && out.Failure == nil {
		disk := run.env.FS.(*faultfs.Disk)
		out.Left = r.stayed.left(r.watch.limits, func() []string { return openWords(disk.OpenFiles()) }, watch.Self)
	}
	return out
}

// Restore counts no coverage: what it asks is no part of a recovery.
func (r *memoryRecoveries) Restore(image *faultfs.Image, file string, calls models.History) (*models.Recovered, bool) {
	restoring, ok := restoringOf(r.factory, file, calls)
	if !ok {
		return nil, false
	}
	run := &recoveryRun{factory: restoring, env: r.inMemory(image)}
	return run.within(r.watch.run), true
}

// restoringOf returns the factory of engines that are asked to start over from a file.
func restoringOf(f subject.Factory, file string, calls models.History) (_ subject.Factory, ok bool) {
	if f.Kind.Restoring == nil {
		return f, false
	}
	return f.Kind.Restoring(f, file, calls)
}

// count counts what ran while the engine opened on an image. Where that is news it opens again
// when nothing else runs, and what runs then counts.
func (r *memoryRecoveries) count(image *faultfs.Image, ran []int) {
	if r.coverage.IsNew(ran) && r.coverage.Quiet() {
		again := &recoveryRun{factory: r.factory, env: r.inMemory(image), coverage: r.coverage}
		again.within(r.watch.run)
		r.coverage.Add(again.ranOpening())
	}
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
