package serve

import (
	"bytes"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports/archive"
)

// addressOf returns the address of a file below a route, whatever bytes its name
// has.
func addressOf(route, name string) string {
	if name == "." {
		name = ""
	}
	return (&url.URL{Path: "/" + route + "/" + name}).EscapedPath()
}

// nameOf returns the name within the archive that a request asks for, false if
// there can be none: one that leads out of it, or a hidden one, which the index
// does not have either.
func nameOf(r *http.Request) (string, bool) {
	name := r.PathValue("path")
	if name == "" {
		return ".", true
	}
	hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
	return name, (name == "." || !hidden) && filepath.IsLocal(name)
}

// report answers with the report of a bundle or a directory.
func (s *server) report(w http.ResponseWriter, r *http.Request) {
	name, ok := nameOf(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	page, err := s.pages.get(name)
	if err != nil {
		s.fail(w, r, codeOf(err), err)
		return
	}
	w.Header().Set("Content-Security-Policy", policyOf(page))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(page))
}

// bundle answers with a bundle as it is.
func (s *server) bundle(w http.ResponseWriter, r *http.Request) {
	name, ok := nameOf(r)
	if !ok || !strings.HasSuffix(name, archive.BundleSuffix) {
		http.NotFound(w, r)
		return
	}
	f, stamp, err := archive.OpenFile(s.root, name)
	if err != nil {
		s.fail(w, r, codeOf(err), err)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", attachment(path.Base(name)))
	http.ServeContent(w, r, "", stamp.Changed, f)
}

// attachment returns the header that has a browser store a file under a name.
func attachment(name string) string {
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); header != "" {
		return header
	}
	return "attachment" // no name that a header can hold
}

// codeOf returns the status of an error of reading.
func codeOf(err error) int {
	path := (*fs.PathError)(nil)
	switch {
	case errors.Is(err, evidence.ErrBundle):
		return http.StatusUnprocessableEntity
	case errors.Is(err, fs.ErrPermission):
		return http.StatusForbidden
	case errors.As(err, &path), errors.Is(err, archive.ErrNoFile), errors.Is(err, errNothing):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}
