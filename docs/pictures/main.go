// Pictures makes the pictures of docs/READING_A_REPORT.md: it refutes a canary,
// writes the report of the finding, and photographs parts of it in Chromium.
// "make pictures" runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// engine is the canary of the walk-through.
const engine = "canary/flush-of-newest-file-only"

// picture is a part of the page.
type picture struct {
	name     string
	selector string
	dark     bool
}

var pictures = []picture{
	{name: "top", selector: ".finding > header"},
	{name: "cause", selector: ".finding .chain"},
	{name: "cause-dark", selector: ".finding .chain", dark: true},
	{name: "timeline", selector: ".finding .time"},
	{name: "log", selector: `section[aria-labelledby$="-log"]`},
	{name: "bytes", selector: ".finding .bytes"},
}

func main() {
	dir := flag.String("dir", "docs/pictures", "where the pictures go")
	flag.Parse()
	if err := run(*dir); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	temp, err := os.MkdirTemp("", "ackproof-pictures-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	report := filepath.Join(temp, "report.html")
	if err := write(report); err != nil {
		return err
	}
	return photograph("file://"+report, temp, dir)
}

// write explores the canary and writes the report of what refutes it.
func write(path string) error {
	found, err := builtin.All().Find(engine)
	if err != nil {
		return err
	}
	outcome, err := harness.VerifySubject(context.Background(), found[0].Factory, harness.Config{
		Profile: crash.Ext4Ordered(), Until: string(found[0].Expect.RefutedBy),
	})
	if err != nil {
		return err
	}
	if len(outcome.Findings) == 0 {
		return fmt.Errorf("%s: want a finding", outcome.Summary())
	}
	in := page.Input{Reports: []reports.Report{reports.New(reports.Result{Outcome: outcome, Planted: found[0].Expect.RefutedBy, AsExpected: true})}}
	for _, f := range outcome.Findings {
		in.Findings = append(in.Findings, page.Finding{Case: f, Path: filepath.Join("out", f.FileName(1)), Builtin: true})
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(page.Write(file, in), file.Close())
}

// photograph opens the page and stores its parts.
func photograph(url, temp, dir string) error {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return fmt.Errorf("%w: apt-get install chromium", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.UserDataDir(filepath.Join(temp, "profile")), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.WindowSize(1100, 900))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	defer cancel()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	// The first use starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	for _, p := range pictures {
		if err := take(ctx, url, p, filepath.Join(dir, p.name+".png")); err != nil {
			return fmt.Errorf("picture %s: %w", p.name, err)
		}
	}
	return chromedp.Cancel(ctx)
}

func take(ctx context.Context, url string, p picture, path string) error {
	const most = time.Minute
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	scheme := "light"
	if p.dark {
		scheme = "dark"
	}
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		return err
	}
	err := chromedp.Do(ctx, chromedp.EmulateViewport(1000, 900), chromedp.Navigate(url),
		chromedp.WaitReady(chromedp.CSS("html[data-ready-millis]")))
	if err != nil {
		return err
	}
	data, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(p.selector)))
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}
