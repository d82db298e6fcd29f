package builtin

import (
	"slices"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/dengine"
	"github.com/ackproof/ackproof/engines/pebblelog"
)

// Documented returns the engines whose weaknesses are documented, each of which must be
// found. What they share in memory lives as long as the process.
func Documented() List {
	files := documented(dengine.FileSubjects(), engines.Limits{})
	rocks := documented(dengine.RocksSubjects(pebbleFiles, pebblelog.NewCaches().Small), pebbleLimits)
	for i := range rocks {
		rocks[i].PayloadMaxBytes = pebblePayloadMaxBytes
	}
	return slices.Concat(files, rocks)
}

func documented(subjects []dengine.Subject, l engines.Limits) List {
	var out List
	for _, s := range subjects {
		out = append(out, Engine{
			Factory: limited(s.Factory, l), About: s.About,
			Expect: Expectation{Weaknesses: s.Weaknesses, Profiles: []string{"strict-posix", "ext4-ordered"}},
		})
	}
	return out
}
