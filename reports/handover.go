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
func (h Handover) Text() string { return evidence.Handover{Writer: h.Writer, Reader: h.Reader}.String() }

// ofEngines says of each of the lives who made its calls.
func (h *Handover) ofEngines(lives []Life) []Life {
	for i := range lives {
		switch {
		case h == nil:
		case i == 0:
			lives[i].Engine = h.Writer
		default:
			lives[i].Engine = h.Reader
		}
	}
	return lives
}
