package canary_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
)

func TestCaught(t *testing.T) {
	for _, c := range canary.All() {
		t.Run(c.Name, func(t *testing.T) {
			for _, profile := range []faultfs.Profile{faultfs.Ext4Ordered(), faultfs.StrictPosix()} {
				config := harness.Config{Profile: profile}
				if strings.HasPrefix(c.Name, "hangs") {
					config.HangAfter, config.NoShrink = 50*time.Millisecond, true
				}
				start := time.Now()
				o, err := harness.Verify(t.Context(), c.Factory(), config)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%s %v in %v", profile.Name, o.Verdict, time.Since(start))
				for _, f := range o.Findings {
					t.Logf("%s by %s after %d, confirmed %v: %s\n%v", f.Property(), f.Found, f.After, f.Confirmed, f.Verdict.Violations[0].Sentence, f.Program)
				}
				if c.Profile != "" && c.Profile != profile.Name {
					continue
				}
				if len(o.Findings) == 0 || string(o.Findings[0].Property()) != c.Property {
					t.Errorf("%s under %s: want %s first", c.Name, profile.Name, c.Property)
				}
			}
		})
	}
}

func healthyOnes() []engines.Factory {
	var out []engines.Factory
	seen := map[string]bool{}
	for _, c := range canary.All() {
		if f := c.Healthy(); !seen[f.Name] {
			seen[f.Name] = true
			out = append(out, f)
		}
	}
	return out
}

func TestHealthyHolds(t *testing.T) {
	for _, f := range healthyOnes() {
		for _, profile := range faultfs.Profiles() {
			t.Run(f.Name+"/"+profile.Name, func(t *testing.T) {
				o, err := harness.Verify(t.Context(), f, harness.Config{Profile: profile, Programs: 2, KeepGoing: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Log(o.Summary())
				for _, finding := range o.Findings {
					t.Errorf("%v", finding)
				}
				if o.Verdict != models.Pass {
					t.Errorf("%s under %s: %v, want pass", f.Name, profile.Name, o.Verdict)
				}
			})
		}
	}
}

func TestHealthyConforms(t *testing.T) {
	for _, f := range healthyOnes() {
		t.Run(f.Name, func(t *testing.T) { enginetest.TestEngine(t, f) })
	}
}
