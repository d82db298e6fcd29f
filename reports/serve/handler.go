// Package serve shows an archive of bundles and outcomes over HTTP: an index with
// filters, each report, and each bundle to download. It only reads, and only
// below the archive's root. It takes names and contents for what a stranger
// wrote, and requests for what any page in the reader's browser may send.
package serve

import (
	"net/http"
	"os"
	"time"

	"github.com/ackproof/ackproof/reports/archive"
)

// Handler serves the archive at root, which must stay open. Goroutines may share
// it.
func Handler(root *os.Root, c Config) http.Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &server{Config: c, root: root, index: archive.NewIndex(root), pages: newPages(root, c.Config)}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.list)
	mux.HandleFunc("/style.css", styleSheet)
	mux.HandleFunc("/report/{path...}", s.report)
	mux.HandleFunc("/bundle/{path...}", s.bundle)
	return guard(c.Host, mux)
}
