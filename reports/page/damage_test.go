package page_test

import (
	"strings"
	"testing"

	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/reports"
	"github.com/ackproof/ackproof/reports/page"
)

// TestPageOfCorruption: the page shows what went wrong with the disk, who wrote that, what would have
// told, and no power failure; so does that of a report without the bundle.
func TestPageOfCorruption(t *testing.T) {
	r := runCanary(t, "canary/hard-state-not-checked", crash.Ext4Ordered())
	whole := written(t, page.Input{Findings: []page.Finding{r.finding()}})
	plain := written(t, page.Input{Reports: []reports.Report{r.report}})
	for _, want := range []string{
		"Went wrong on the disk: bit flip", "bit 4 of byte 540 of /db/state-0", "01 was stored, 11 is there",
		"checked.go:", "What would have told", "A checksum over these bytes", "1 wrong data", "term 17, vote 0", ">Stored<",
	} {
		if !strings.Contains(whole, want) || !strings.Contains(plain, want) {
			t.Errorf("want %q, on the page: %v, on that without the bundle: %v", want, strings.Contains(whole, want), strings.Contains(plain, want))
		}
	}
	for _, no := range []string{"The power failed", "Crash state", "Missing fsync", "No fsync helps", "Fates of", "At the crash</th>", "Crash: `"} {
		if strings.Contains(whole, no) {
			t.Errorf("got %q on the page of a finding that needs no crash", no)
		}
	}
	for _, want := range []string{`"point":-1`, `"name":"stored"`, `"name":"found"`, "what this wrote was corrupted", "**Written by:** event 10"} {
		if !strings.Contains(whole, want) {
			t.Errorf("want %q on the page", want)
		}
	}
}
