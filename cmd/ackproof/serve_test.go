package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
)

// serving runs "ackproof serve" until end is called, which returns its exit code
// and what it wrote to the standard error.
func serving(t *testing.T, ctx context.Context, args ...string) (line string, end func() (int, string)) {
	t.Helper()
	root := newRoot(builtin.All())
	out, w := io.Pipe()
	var stderr bytes.Buffer
	root.SetArgs(append([]string{"serve"}, args...))
	root.SetOut(w)
	root.SetErr(&stderr)
	ended := make(chan error, 1)
	go func() {
		ended <- root.ExecuteContext(ctx)
		_ = w.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("got no line (%v): %v", err, <-ended)
	}
	return line, func() (int, string) { return exitCode(<-ended), stderr.String() }
}

// TestServe asks a server on a free port for its index, and interrupts it.
func TestServe(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		line, end := serving(t, t.Context(), dir)
		address, found := strings.CutPrefix(strings.TrimSpace(line), "serving "+dir+" at ")
		if !found || !strings.HasPrefix(address, "http://127.0.0.1:") {
			t.Fatalf("got the line %q, want the directory and an address on the loopback", line)
		}
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
		r, err := client.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil || r.StatusCode != 200 || !strings.Contains(string(body), "Nothing here yet") {
			t.Errorf("GET %s: got %d (%v): %s", address, r.StatusCode, err, body)
		}
		if err := syscall.Kill(syscall.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		if code, stderr := end(); code != exitHeld || stderr != "" {
			t.Errorf("after %v: got exit code %d and %q, want %d and no word", signal, code, stderr, exitHeld)
		}
	}
}

// TestServeOthers wants a warning where other machines may reach the server.
func TestServeOthers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, end := serving(t, ctx, t.TempDir(), "--addr", "0.0.0.0:0")
	cancel()
	if code, stderr := end(); code != exitHeld || !strings.Contains(stderr, "warning: --addr 0.0.0.0:0: other machines may reach this") {
		t.Errorf("got exit code %d and %q, want %d and a warning", code, stderr, exitHeld)
	}
}

// TestServeTaken wants an address that cannot be had to be the user's mistake.
func TestServeTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var stderr bytes.Buffer
	code := execute(builtin.All(), []string{"serve", t.TempDir(), "--addr", l.Addr().String()}, io.Discard, &stderr)
	if code != exitUsage || !strings.Contains(stderr.String(), "address already in use") {
		t.Errorf("got exit code %d and %q, want %d and the reason", code, stderr.String(), exitUsage)
	}
}
