package serve

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy is the content security policy of all but the reports, which have their
// own: nothing but the style sheet is fetched, and no script runs.
const policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; " + noFrames

const noFrames = "frame-ancestors 'none'"

// guard answers what it does not let through itself. A request whose Host is a
// name of somebody else's comes from a page of theirs, whose name they made to
// lead here (DNS rebinding): it could read the answer.
func guard(host string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		switch {
		case !accepts(host, r.Host):
			http.Error(w, fmt.Sprintf("Forbidden: got the host %q, want the address that ackproof serve printed", r.Host), http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, fmt.Sprintf("Method Not Allowed: got %s, want GET or HEAD: this only reads", r.Method), http.StatusMethodNotAllowed)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// accepts reports whether a request's Host is one that a reader typed.
func accepts(served, host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = bare(host)
	switch host {
	case "localhost", "127.0.0.1", "::1":
		return true
	case "":
		return false
	}
	if host == bare(served) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil && anyAddress(bare(served))
}

// bare returns a host without what does not matter: case, and the brackets of an
// IPv6 address.
func bare(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
}

// anyAddress reports whether a host stands for all addresses of the machine.
func anyAddress(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "" || err == nil && a.IsUnspecified()
}

// Loopback reports whether only this machine reaches what is served at a host.
func Loopback(host string) bool {
	a, err := netip.ParseAddr(bare(host))
	return bare(host) == "localhost" || err == nil && a.Unmap().IsLoopback()
}
