package dengine

// Weakness is one that the reference describes, and how a run finds it.
type Weakness struct {
	// Sentence says what the engine does, and what that costs.
	Sentence string
	// Property is the ID of the promise that it breaks, as models names it.
	Property string
	// Shows is what follows the property in the signature of its finding, or begins what
	// does: what must be lost, or the call that it turns on. "" is anything.
	Shows string
	// Profile is the only file system among ext4-ordered and strict-posix on which it
	// can be seen; "" means both.
	Profile string
	// Source is where the reference describes it.
	Source string
}

// Signature returns what the signature of its finding begins with.
func (w Weakness) Signature() string {
	if w.Shows == "" {
		return w.Property
	}
	return w.Property + "; " + w.Shows
}

// Where the weaknesses are described: the trait and the RocksDB engine by their sources, the
// file engine by its behaviour.
const (
	fileSource  = "d-engine-server 0.2, FileStorageEngine"
	rocksSource = "d-engine-server 0.2.3, RocksDBStorageEngine"
	traitSource = "d-engine-core 0.2.4, LogStore"
)

func fileWeaknesses() []Weakness {
	return []Weakness{
		{
			Sentence: "The hard state is rewritten in place, so a crash leaves one that was never saved.",
			Property: "hard-state-atomic", Shows: "lost write hard_state.bin in save-hard-state", Source: fileSource,
		},
		{
			Sentence: "The hard state is not durable when its save returns, so a vote can be given twice.",
			Property: "hard-state-durable", Shows: "lost write hard_state.bin in save-hard-state", Source: fileSource,
		},
		{
			Sentence: "A purge empties the file and writes what is left into it again, so a crash loses flushed entries that were not purged.",
			Property: "flushed-durable", Shows: "lost write log.data in purge", Source: fileSource,
		},
		{
			Sentence: "The purge boundary is not kept, so the term of the entry before the first one is lost.",
			Property: "purge-boundary", Source: traitSource + "::load_purge_boundary",
		},
		{
			Sentence: "A replace cuts the file and then appends, so a crash leaves the cut alone.",
			Property: "atomic-replace", Shows: "lost write log.data in replace", Source: fileSource,
		},
		{
			Sentence: "No directory is synced, so a crash takes the log's file with all that was flushed to it.",
			Property: "flushed-durable", Shows: "lost create log.data in open", Profile: "strict-posix", Source: fileSource,
		},
		{
			Sentence: "A truncate is not synced, so what it cut comes back and is read together with what was written over it.",
			Property: "prefix", Shows: "lost resize log.data in truncate", Source: fileSource,
		},
		{
			Sentence: "A persist over old entries keeps the tail behind them, which joins two versions of the log.",
			Property: "no-splice", Shows: "after persist", Source: fileSource,
		},
		{
			Sentence: "Records have no checksum, so one that was half written is read as an entry that nobody wrote.",
			Property: "prefix", Shows: "lost write log.data in persist", Source: fileSource,
		},
	}
}

func rocksWeaknesses() []Weakness {
	return []Weakness{
		{
			Sentence: "The hard state is not durable when its save returns, so a vote can be given twice.",
			Property: "hard-state-durable", Shows: "after save-hard-state", Source: rocksSource,
		},
		{
			Sentence: "The purge boundary is not kept, so the term of the entry before the first one is lost.",
			Property: "purge-boundary", Source: traitSource + "::load_purge_boundary",
		},
		{
			Sentence: "A replace is a truncate and then a persist, so a crash leaves the truncate alone.",
			Property: "atomic-replace", Shows: "lost write *.log in flush", Source: traitSource + "::replace_range",
		},
		{
			Sentence: "A persist over old entries keeps the tail behind them, which joins two versions of the log.",
			Property: "no-splice", Shows: "after persist", Source: rocksSource,
		},
	}
}

// claimsDurable is the weakness of any of the engines that says that its writes are durable.
func claimsDurable() []Weakness {
	return []Weakness{{
		Sentence: "is_write_durable wrongly says true, so a crash loses entries that counted as durable.",
		Property: "acked-durable", Source: traitSource + "::is_write_durable",
	}}
}
