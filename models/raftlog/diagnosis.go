package raftlog

import (
	"fmt"

	"github.com/ackproof/ackproof/models"
)

// diagnosis finds the cause of an illegal recovery.
type diagnosis struct {
	search
	// restart is "the crash" or "the clean reopen".
	restart string
}

func (x *diagnosis) versionOf(seq int) *version {
	v := x.state.log
	for v != nil && v.seq > seq {
		v = v.prev
	}
	return v
}

// someMark returns the newest version that begins, or once began, at a mark that
// ok accepts.
func (x *diagnosis) someMark(ok func(*mark) bool) *version {
	for v := x.state.log; v != nil; v = v.prev {
		for k := v.log.mark; k != nil; k = k.prev {
			if ok(k) {
				return v
			}
		}
	}
	return nil
}

func (x *diagnosis) torn(v *version) []models.Violation {
	p := models.AtomicBatch
	if v.op.Kind == Replace {
		p = models.AtomicReplace
	}
	return models.Broken(p, v.cite(), "%s is atomic, yet after %s %s", v, x.restart, x.came())
}

// lost says that version seq was durable and did not come back, or only up to kept.
func (x *diagnosis) lost(seq int, kept uint64, purge bool) []models.Violation {
	v := x.versionOf(seq)
	if x.exactly {
		return models.Broken(models.ReadsLinearizable, v.cite(), "%s returned before %s, yet %s", v, x.restart, x.cameFor(v))
	}
	f := x.state.forces.earliest(seq, kept, purge)
	if f == nil {
		return models.Broken(models.Prefix, v.cite(), "%s did not come back after %s, yet something later did: %s", v, x.restart, x.cameFor(v))
	}
	return surfaced(x.forced(v, f, seq), v.masked, v.call, f)
}

// forced says that v, which f made durable, did not come back.
func (x *diagnosis) forced(v *version, f *force, seq int) []models.Violation {
	p, calls := durabilityOf(f.op), v.cite()
	by := ""
	switch {
	case p == models.RecoveredDurable:
		by, calls = "was part of what "+f.String()+" showed", append(calls, f.cite()...)
	case p == models.ReadsDurable:
		by, calls = "was shown by "+f.String()+", which returned before "+x.restart, append(calls, f.cite()...)
	case p == models.DurableIndexHonest:
	case f.call == v.call:
		by = "returned before " + x.restart
	default:
		by = "was made durable by " + f.String() + ", which returned before " + x.restart
		calls = append(calls, f.cite()...)
	}
	if p == models.RecoveredDurable && f.seq == seq {
		return models.Broken(p, f.cite(), "%s showed the log %s, yet after %s %s", f, logText(v.log), x.restart, x.cameFor(v))
	}
	if p == models.DurableIndexHonest {
		return models.Broken(p, append(calls, f.cite()...), "%s returned before %s, so that the entries up to %d were durable, yet %s", f, x.restart, f.reach, x.cameFor(v))
	}
	return models.Broken(p, calls, "%s %s, yet %s", v, by, x.cameFor(v))
}

// surfaced returns out as a violation of what is promised of calls that succeed though a
// fault fired in them, if the call, whose effect is missing, or f, which forced it, is one.
func surfaced(out []models.Violation, masked bool, call int, f *force) []models.Violation {
	switch {
	case masked:
	case f != nil && f.masked:
		call = f.call
	default:
		return out
	}
	return models.Surfaced(out, call)
}

// came says which log came back.
func (x *diagnosis) came() string {
	if x.got.empty() {
		return "the log is empty"
	}
	return "the log holds " + entriesText(x.got.view.Entries)
}

// cameFor says what came back where the call that made v would show.
func (x *diagnosis) cameFor(v *version) string {
	entries := x.got.view.Entries
	switch {
	case len(entries) == 0:
		return "the log is empty"
	case v.op != nil && v.op.Kind == Purge:
		return fmt.Sprintf("the log begins at %d", entries[0].Index)
	}
	end := entries[len(entries)-1]
	if n := v.log.top.ancestor(end.Index); n != nil && n.entry != end {
		return "the log ends at " + idText(end.id())
	}
	return fmt.Sprintf("the log ends at %d", end.Index)
}
