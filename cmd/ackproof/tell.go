package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/ackproof/ackproof/harness/evidence"
)

// teller tells findings as soon as they are confirmed, and keeps their bundles, so that
// whatever ends the command nothing is lost. Goroutines may share it.
type teller struct {
	dir      string // "" keeps none
	out      io.Writer
	progress *progress

	mu   sync.Mutex
	told []*evidence.Case
}

// tell tells one finding.
func (t *teller) tell(j job, f *evidence.Case) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := "not kept"
	if t.dir != "" {
		f.File = freeName(t.dir, f, t.told)
		t.told = append(t.told, f)
		if _, err := keep(t.dir, []*evidence.Case{f}); err != nil {
			kept = "its bundle cannot be kept: " + err.Error()
		} else {
			kept = f.File
		}
	}
	_ = t.progress.printAbove(func() error { // whoever cannot read it finds the bundle
		_, err := fmt.Fprintf(t.out, "%s (%s)\n", f.Told(j.profile.Name), kept)
		return err
	})
}
