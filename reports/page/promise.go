package page

import "github.com/ackproof/ackproof/models"

// promises are what the properties promise, in the words of docs/PROPERTIES.md.
var promises = map[models.Property]string{
	models.AckedDurable:       "Entries survive any crash once the call that wrote them has returned.",
	models.MutationDurable:    "Truncate, purge and reset survive once they have returned.",
	models.FlushedDurable:     "What had returned before a flush began survives once the flush has returned.",
	models.Prefix:             "What comes back is a version that the log went through, not one that never was.",
	models.AtomicBatch:        "A batch comes back whole or not at all.",
	models.AtomicReplace:      "ReplaceRange leaves the log before it or the log after it.",
	models.NoHole:             "Indexes follow each other without a gap.",
	models.NoSplice:           "Entries that were discarded do not come back behind newer ones.",
	models.PurgeBoundary:      "The position before the first entry is known, with its term.",
	models.HardStateAtomic:    "Term and vote come back as they were saved together.",
	models.HardStateDurable:   "A hard state survives once its save has returned (or, without the claim, its flush).",
	models.TermOrder:          "An entry does not come back without the hard states saved before it was written.",
	models.OpensAfterCrash:    "After a mere crash the engine opens and shows what it has: no refusal, panic or hang.",
	models.RecoveryIdempotent: "Opening again shows the same again.",
	models.RecoveredDurable:   "What a recovery has shown survives the next crash.",
	models.LiveAfterRecovery:  "After a recovery the engine takes an append, and closes.",
	models.ReadsLinearizable:  "Each call answers as if all took effect one after the other.",
}

// ruleText returns Raft's demand with the given ID, "" for none.
func ruleText(id string) string {
	for _, r := range models.Rules {
		if r.ID == id {
			return r.ID + ": " + r.Text
		}
	}
	return ""
}
