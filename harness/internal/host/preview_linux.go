package host

import (
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// preview is a preview under way.
type preview struct {
	image *faultfs.Image
	whole bool
	// asked has the image in its directory at. It is nil if no worker was asked.
	asked *worker
	at    *workspace
}

// ask asks the worker. Its failure shows when the answer is received.
func (p *preview) ask(w *worker, op string, at *workspace) error {
	p.asked, p.at = w, at
	return w.conn.Send(op, hosted.Text(at.hold(p.image)))
}

// receiveRecovered receives the answer to a whole recovery. Answers are received in the
// order in which previews were begun.
func (p preview) receiveRecovered(out recoverAnswer) (*models.Recovered, error) {
	if err := p.asked.conn.Receive(&out); err != nil {
		return nil, err
	}
	return out.whole(), nil
}

// receiveView receives the answer to a read-only open, as receiveRecovered does.
func (p preview) receiveView() (Preview, error) {
	var out hosted.Text
	err := p.asked.conn.Receive(&out)
	key, ok := keyShown(out)
	p.release(err == nil && ok)
	return Preview{View: key, OK: ok}, err
}

// release ends the use of the directory of a read-only open. Where that failed, its
// files may still be locked or mapped, so the next image gets others.
func (p preview) release(ok bool) {
	if !ok {
		p.at.drop()
	}
}

// aheadBytesMax bounds what an image holds that is previewed ahead, as each preview has a
// directory in memory: a larger one is previewed when its turn comes. Holes take no memory.
const aheadBytesMax = 4 << 20

// aheadTogetherBytesMax bounds what whole previews under way take together, with what
// engines may add to their files.
const aheadTogetherBytesMax = 256 << 20
