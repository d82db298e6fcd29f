package machine

import (
	"fmt"

	model "github.com/ackproof/ackproof/models/machine"
	"github.com/ackproof/ackproof/scenarios"
)

// Together returns what the clients do for s: a writer, then flushers and readers.
func (r *resolver) Together(s scenarios.Step) (out scenarios.Concurrent) {
	if s.Kind != scenarios.Concurrently {
		panic(fmt.Sprintf("machine: step %v is one call", s.Kind))
	}
	for _, inner := range s.Body {
		out.Writer = append(out.Writer, r.Resolve(inner)...)
	}
	for range s.Flushers {
		var flushes []scenarios.Action
		for range max(1, s.Flushes) {
			flushes = append(flushes, scenarios.Action{Op: &model.Op{Kind: model.Flush}})
		}
		out.Others = append(out.Others, flushes)
	}
	for reader := range s.Readers {
		var reads []scenarios.Action
		for i := range max(1, s.Reads) {
			reads = append(reads, scenarios.Action{Op: Read(scenarios.Mix(uint64(reader+1), uint64(i+1)))})
		}
		out.Others = append(out.Others, reads)
	}
	return out
}

// Read returns the read that draw picks.
func Read(draw uint64) *model.Op {
	place := 1 + int(draw>>8%KeysMax)
	switch draw % 8 {
	case 0:
		return &model.Op{Kind: model.ReadApplied}
	case 1:
		return &model.Op{Kind: model.ReadLen}
	case 2, 3:
		return &model.Op{Kind: model.Scan}
	case 4, 5:
		return &model.Op{Kind: model.Get, Key: string(Key(place))}
	}
	op := &model.Op{Kind: model.GetMulti}
	for i := range 4 {
		op.Keys = append(op.Keys, string(Key(place+i)))
	}
	return op
}
