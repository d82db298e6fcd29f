package harness

import (
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/internal/host"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// Recover opens the engine on an image, reads all that it shows, appends an entry and
// reads it back, closes, and does the same again. Whatever the engine does wrong is in
// what it returns; an error says that the environment failed. For an engine on a real
// directory each Recover starts a worker process: [Verify] shares its workers.
func RecoverSubject(f subject.Factory, image *faultfs.Image) (out *models.Recovered, err error) {
	defer host.Guard(&err)
	h, err := host.New(f, Config{}.resolved().options(""))
	if err != nil {
		return nil, err
	}
	defer h.Close()
	r := h.Recoveries()
	defer r.Close()
	return r.Recover(image), nil
}
