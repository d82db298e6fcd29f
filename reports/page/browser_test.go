package page_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a Chromium without a window, and what it complained of.
type browser struct {
	ctx context.Context

	mu         sync.Mutex
	requests   []string
	complaints []string
}

// chromium returns the path of Chromium, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if harness.Required("chromium") {
		t.Fatal("no chromium on the PATH, and ACKPROOF_REQUIRE asks for it: apt-get install chromium")
	}
	t.Skip("SKIPPED: no chromium on the PATH, so the page was not tried in a browser: apt-get install chromium")
	return ""
}

// newBrowser starts a browser that ends, with all its processes, with the test.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	dir := t.TempDir()
	var process *exec.Cmd
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.WindowSize(1366, 768),
		chromedp.Env("HOME="+dir), chromedp.ModifyCmdFunc(func(c *exec.Cmd) {
			c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			process = c
		}))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelTab := chromedp.NewContext(allocator)
	b := &browser{ctx: ctx}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("closing the browser: %v", err)
		}
		cancelTab()
		cancel()
		if process == nil || process.Process == nil {
			return
		}
		if err := syscall.Kill(-process.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Errorf("ending the browser: %v", err)
		}
	})
	// The first use starts the browser, which lives as long as its context.
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	call(t, b, network.Enable, network.EnableParams{})
	call(t, b, log.Enable, cdp.Empty{})
	call(t, b, runtime.Enable, cdp.Empty{})
	return b
}

// listen notes every request, and whatever a console would show.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Source)+": "+e.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console "+string(e.Type))
	}
}

// within bounds one step.
func (b *browser) within(t *testing.T) context.Context {
	const most = 60 * time.Second
	ctx, cancel := context.WithTimeout(b.ctx, most)
	t.Cleanup(cancel)
	return ctx
}

// do runs actions.
func (b *browser) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.within(t), actions...); err != nil {
		t.Fatal(err)
	}
}

// call runs a command of the protocol.
func call[P, R any](t *testing.T, b *browser, command cdp.Command[P, R], params P) R {
	t.Helper()
	out, err := chromedp.Call(b.within(t), command, params)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// open shows a file at a width, and waits until its script has run.
func (b *browser) open(t *testing.T, path string, width int64) {
	t.Helper()
	b.do(t, chromedp.EmulateViewport(width, 768), chromedp.Navigate("file://"+path),
		chromedp.WaitReady(chromedp.CSS("html[data-ready-millis]")))
}

// show shows a file whose script says nothing when it is ready.
func (b *browser) show(t *testing.T, path string) {
	t.Helper()
	b.do(t, chromedp.Navigate("file://"+path))
}

// eval returns the value of an expression in the page.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	out, err := chromedp.Run(b.within(t), chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// wantSilence fails if anything was fetched but the file itself, or if anything
// was logged: an error, or a breach of the policy.
func (b *browser) wantSilence(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.requests {
		if !strings.HasPrefix(r, "file://") && !strings.HasPrefix(r, "data:") && r != "about:blank" {
			t.Errorf("the page asked for %s: want no request", r)
		}
	}
	if len(b.requests) == 0 {
		t.Error("no request was seen, not even that for the file: the test sees nothing")
	}
	for _, c := range b.complaints {
		t.Errorf("the browser says: %s", c)
	}
}

func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + ": " + e.Exception.Description
	}
	return e.Text
}
