package builtin

import (
	"github.com/ackproof/ackproof/engines/canary"
	"github.com/ackproof/ackproof/engines/canary/machines"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
	"github.com/ackproof/ackproof/models"
)

// Canaries returns the engines with a planted bug, each of which must be caught
// by the property that the bug breaks.
func Canaries() List {
	var out List
	for _, c := range canary.All() {
		profiles := []string{"strict-posix", "ext4-ordered"}
		if c.Profile != "" {
			profiles = []string{c.Profile}
		}
		out = append(out, Engine{
			Factory: logstore.Of(c.Factory()),
			About:   c.About,
			Expect:  Expectation{RefutedBy: models.Property(c.Property), Profiles: profiles, Faults: c.Faults},
		})
	}
	for _, c := range machines.All() {
		out = append(out, Engine{
			Factory: machinestore.Of(c.Factory()), About: c.About,
			Expect: Expectation{RefutedBy: models.Property(c.Property), Profiles: []string{"strict-posix", "ext4-ordered"}, Faults: c.Faults},
		})
	}
	return out
}
