package host

import (
	"cmp"
	"fmt"
	"reflect"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// handover is a host of two engines: what the writer left, the reader opens. Each runs
// where it would run alone; what they share is images.
type handover struct {
	writer, reader Host
	// written and opened are what each is held to.
	written, opened models.Contract
	// crashed says that the reader runs.
	crashed bool
}

// newHandover returns the host of both. Each is opened on an empty directory first, to learn
// what it promises.
func newHandover(writer, reader subject.Factory, o Options) (_ Host, err error) {
	ofWriter := o
	ofWriter.Coverage = nil // its opens are no recoveries
	h := &handover{}
	if h.writer, err = newAlone(writer, ofWriter); err != nil {
		return nil, err
	}
	if h.reader, err = newAlone(reader, o); err != nil {
		h.writer.Close()
		return nil, err
	}
	if err := h.meet(writer.Name, reader.Name, o.Disks); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// meet learns what both are held to.
func (h *handover) meet(writer, reader string, disks []string) error {
	writes, err := contractOf(h.writer, disks)
	if err != nil {
		return fmt.Errorf("engine %s: %w", writer, err)
	}
	reads, err := contractOf(h.reader, disks)
	if err != nil {
		return fmt.Errorf("engine %s, which is to open what %s wrote: %w", reader, writer, err)
	}
	h.written, h.opened = writes.OpenedBy(reads)
	return nil
}

// contractOf opens an engine on an empty directory.
func contractOf(h Host, disks []string) (_ models.Contract, err error) {
	defer Guard(&err)
	m := h.Boot(faultfs.Config{Image: BlankImage(disks...), NoStacks: true})
	defer m.Close()
	if failed := m.Open().Failure; failed != nil {
		return nil, fmt.Errorf("it does not open on an empty directory: %s", failed)
	}
	return m.Contract(), nil
}

// running returns the host of the engine that runs, and what that is held to.
func (h *handover) running() (Host, models.Contract) {
	if h.crashed {
		return h.reader, h.opened
	}
	return h.writer, h.written
}

func (h *handover) Reader() (Host, bool) {
	out := *h
	out.crashed = true
	return &out, !h.crashed
}

func (h *handover) TakesOver() bool { return !h.crashed && reflect.DeepEqual(h.written, h.opened) }

func (h *handover) Boot(c faultfs.Config) Machine {
	is, contract := h.running()
	return heldTo{is.Boot(c), contract}
}

func (h *handover) Resume(c faultfs.Config, j *journal.Journal) Machine {
	is, contract := h.running()
	return heldTo{is.Resume(c, j), contract}
}

// heldTo is a machine whose engine is held to a contract that is not all its own.
type heldTo struct {
	Machine
	contract models.Contract
}

func (m heldTo) Contract() models.Contract { return m.contract }

func (h *handover) Recoveries() Recoveries { return h.reader.Recoveries() }

func (h *handover) Within(l Limits) Host {
	out := *h
	out.writer, out.reader = h.writer.Within(l), h.reader.Within(l)
	return &out
}

// With changes the reader's factory.
func (h *handover) With(change func(subject.Factory) subject.Factory) (Host, bool) {
	reader, ok := h.reader.With(change)
	if !ok {
		return nil, false
	}
	out := *h
	out.reader = reader
	return &out, true
}

func (h *handover) CheapStacks() bool { return h.writer.CheapStacks() && h.reader.CheapStacks() }

func (h *handover) NotSeen() string { return cmp.Or(h.writer.NotSeen(), h.reader.NotSeen()) }

func (h *handover) NotTried() string { return cmp.Or(h.writer.NotTried(), h.reader.NotTried()) }

func (h *handover) Cancels() bool { return h.writer.Cancels() && h.reader.Cancels() }

func (h *handover) Sticks() bool { return h.writer.Sticks() && h.reader.Sticks() }

func (h *handover) Kind() *subject.Kind { return h.writer.Kind() }

func (h *handover) Close() {
	h.writer.Close()
	h.reader.Close()
}
