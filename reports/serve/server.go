package serve

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/ackproof/ackproof/reports/archive"
)

// Config is what [Handler] needs besides the archive.
type Config struct {
	archive.Config
	// Host is the host of the address that the reader asked to be served at. It is
	// accepted in requests beside localhost, 127.0.0.1 and [::1]. Where it stands
	// for all addresses of the machine, as 0.0.0.0 does, any IP address is accepted
	// too, as no name that somebody else controls can be one.
	Host string
	// Now tells the time that ages are relative to; nil means [time.Now].
	Now func() time.Time
	// Log is told of pages that could not be made; nil means nobody is.
	Log *log.Logger
}

// server answers requests.
type server struct {
	Config
	root  *os.Root
	index *archive.Index
	pages *pages
}

// fail answers with an error, whose text is shown as text.
func (s *server) fail(w http.ResponseWriter, r *http.Request, code int, err error) {
	if s.Log != nil && code >= http.StatusInternalServerError {
		s.Log.Printf("%q: %v", r.URL.Path, err)
	}
	w.Header().Del("Content-Disposition")
	http.Error(w, fmt.Sprintf("%s: %v", http.StatusText(code), err), code)
}
