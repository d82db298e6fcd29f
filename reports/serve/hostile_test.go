package serve_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/archive"
	"github.com/ackproof/ackproof/reports/serve"
)

// TestTraversal asks for files that are outside of the archive, or hidden in it.
func TestTraversal(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "archive")
	f := found(t)
	write(t, filepath.Join(top, "secret.ackproof"), f)
	write(t, filepath.Join(dir, "a", "one.ackproof"), f)
	write(t, filepath.Join(dir, ".git", "hidden.ackproof"), f)
	for link, target := range map[string]string{
		"out.ackproof": "../secret.ackproof", "up": "..", "absolute": top,
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "plain.txt"), []byte("plain"), 0o644); err != nil {
		t.Fatal(err)
	}
	h := handler(t, dir, "127.0.0.1")
	get(t, h, "/bundle/a/one.ackproof", 200) // what follows fails for its path
	for _, name := range []string{
		"../secret.ackproof", "a/../../secret.ackproof", "%2e%2e/secret.ackproof", "..%2fsecret.ackproof", "a%2f..%2f..%2fsecret.ackproof",
		"out.ackproof", "up/secret.ackproof", "absolute/secret.ackproof", "%2fetc%2fpasswd", url.PathEscape(top) + "%2fsecret.ackproof",
		".git/hidden.ackproof", "a%00.ackproof", "plain.txt", "a/one.ackproof/", "..", "up", "nothing.ackproof",
	} {
		for _, route := range []string{"/bundle/", "/report/"} {
			r := do(t, h, http.MethodGet, route+name, "127.0.0.1")
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case r.StatusCode < 300:
				t.Errorf("GET %s%s: got %d", route, name, r.StatusCode)
			case r.StatusCode >= 500:
				t.Errorf("GET %s%s: got %d: %s", route, name, r.StatusCode, body)
			case bytes.Contains(body, []byte("ackproof bundle v5\n")), bytes.Contains(body, []byte("plain\n")), bytes.Contains(body, []byte(top)):
				t.Errorf("GET %s%s: the answer tells too much: %s", route, name, body)
			}
		}
	}
}

// TestHostile wants what strangers wrote to be shown as text and nothing else, and
// files of any name to be found again.
func TestHostile(t *testing.T) {
	dir := t.TempDir()
	f := found(t)
	f.Signature = `</code><script>alert(1)</script>`
	f.Engine = "\"><img src=x onerror=alert(1)> \u202egnp.exe {{.}} \x00"
	names := []string{
		"<script>alert(2)</script", "a\" onmouseover=\"alert(3)", "new\nline", "per%2e%2ecent", "hash#?q=1&x", "javascript:alert(4)",
		"\xff\xfe", "back\\slash", " space ", "+", ";", "'", "\u202e", "%00", "ü",
	}
	for _, name := range names {
		// Alone in a directory of such a name, and by such a name.
		write(t, filepath.Join(dir, "d"+strings.ReplaceAll(name, "/", ""), strings.ReplaceAll(name, "/", "")+".ackproof"), f)
	}
	if err := archive.KeepOutcomes(filepath.Join(dir, "<b>runs"), []reports.Report{{Engine: "<script>x", Profile: "<i>", Verdict: `"><svg onload=alert(5)>`, Planted: "<u>"}}); err != nil {
		t.Fatal(err)
	}
	h := handler(t, dir, "127.0.0.1")
	for _, address := range []string{"/", "/?signature=" + url.QueryEscape(f.Signature), "/?q=" + url.QueryEscape(`"><script>alert(6)</script>`)} {
		page := get(t, h, address, 200)
		wantNotIn(t, page, "<script", "<img", "<svg", "<b>", "<i>", "<u>", "\u202e", "\x00", "onmouseover=\"alert", `href="javascript:`)
	}
	wantIn(t, get(t, h, "/?engine="+url.QueryEscape(`"><img src=x onerror=alert(1)> \u202egnp.exe {{.}} \x00`), 200), fmt.Sprintf("%d of %d findings", len(names), len(names)))
	each := get(t, h, "/?signature="+url.QueryEscape(f.Signature), 200)
	for _, route := range []string{"bundle", "report"} {
		addresses := strings.Split(each, `href="/`+route+"/")[1:]
		found := 0
		for _, rest := range addresses {
			address, _, _ := strings.Cut(rest, `"`)
			address = strings.NewReplacer("&amp;", "&", "&#39;", "'", "&#43;", "+").Replace(address)
			if strings.Contains(address, "runs") {
				continue
			}
			get(t, h, "/"+route+"/"+address, 200)
			found++
		}
		if found != len(names) {
			t.Errorf("got %d addresses of %ss, want %d", found, route, len(names))
		}
	}
}

// TestHost wants requests for other names than the server's refused.
func TestHost(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		served, host string
		ok           bool
	}{
		{"127.0.0.1", "127.0.0.1:80", true},
		{"127.0.0.1", "localhost:4000", true},
		{"127.0.0.1", "LOCALHOST", true},
		{"127.0.0.1", "[::1]:4000", true},
		{"127.0.0.1", "evil.example", false},
		{"127.0.0.1", "evil.example:80", false},
		{"127.0.0.1", "localhost.evil.example", false},
		{"127.0.0.1", "127.0.0.1.evil.example", false},
		{"127.0.0.1", "10.0.0.1", false},
		{"127.0.0.1", "", false},
		{"lab.example", "lab.example:8080", true},
		{"lab.example", "evil.example:8080", false},
		{"10.0.0.1", "10.0.0.1:8080", true},
		{"10.0.0.1", "10.0.0.2:8080", false},
		{"0.0.0.0", "10.0.0.2:8080", true},
		{"0.0.0.0", "evil.example:8080", false},
		{"", "[fe80::1]:8080", true},
		{"", "evil.example", false},
		{"::", "10.0.0.2", true},
	} {
		r := do(t, handler(t, dir, c.served), http.MethodGet, "/", c.host)
		want := http.StatusForbidden
		if c.ok {
			want = http.StatusOK
		}
		if r.StatusCode != want {
			t.Errorf("served at %q, asked for %q: got %d, want %d", c.served, c.host, r.StatusCode, want)
		}
	}
	for host, want := range map[string]bool{
		"127.0.0.1": true, "localhost": true, "::1": true, "127.9.9.9": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "10.0.0.1": false, "lab.example": false,
	} {
		if got := serve.Loopback(host); got != want {
			t.Errorf("Loopback(%q) is %t, want %t", host, got, want)
		}
	}
}
