package reports

import "github.com/ackproof/ackproof/harness/evidence"

// newHandover returns who wrote and who opened in plain values, nil for one engine.
func newHandover(h *evidence.Handover) *Handover {
	if h == nil {
		return nil
	}
	return &Handover{h.Writer, h.Reader}
}

// Text says who wrote and who opened.
func (h Handover) Text() string {
	return evidence.Handover{Writer: h.Writer, Reader: h.Reader}.String()
}

// engineOf says who made the calls of a life: "" where it is always one engine.
func (h *Handover) engineOf(l *evidence.Life) string {
	switch {
	case h == nil:
		return ""
	case l.Parent != nil:
		return h.Reader
	case l.HandedOver:
		return h.Writer + ", and after the kill by " + h.Reader
	}
	return h.Writer
}
