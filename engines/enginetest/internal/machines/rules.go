package machines

// The sentences of the contract, in the words of package engines.
const (
	ruleNew       = "a new machine is empty: no keys, nothing applied, no snapshot"
	ruleApply     = "ApplyChunk applies consecutive entries, whose payloads are commands, all of them or none, and returns one result for each"
	ruleSwap      = "a compare-and-swap sets the value where it is as expected, and nil expects that there is none; elsewhere it did not succeed"
	ruleRepeat    = "entries at or below the last applied index were applied before and change nothing; their results say Repeated"
	ruleRefused   = "a chunk past the last applied index plus one is refused with ErrGap, one with a payload that is no command with ErrInvalid; it changes nothing"
	ruleGiven     = "a chunk belongs to the caller again when the call returns, payloads included"
	ruleOwned     = "what a read returns belongs to the caller"
	ruleCancelled = "a call whose context is done changes nothing, and says so"
	ruleGet       = "Get returns the value of key; ok is false if there is none; an empty value is one"
	ruleGetMulti  = "GetMulti returns the values of keys in their order, absent ones nil and present ones not, all as of the applied index that it returns"
	ruleScan      = "ScanPrefix returns the pairs whose keys begin with prefix, in the order of their keys, all as of the applied index that it returns"
	ruleTerm      = "EntryTerm returns the term of the applied entry at index; ok is false where the machine does not know it; it knows that of the last applied entry"
	rulePosition  = "UpdateLastApplied and PersistLastApplied move the position on and never back"
	ruleMetadata  = "UpdateSnapshotMetadata and PersistSnapshotMetadata replace the metadata of the last snapshot"
	ruleServing   = "Start makes the machine serve and Stop ends that; twice is as once, and what must be served is refused with ErrStopped in between"
	ruleReset     = "Reset empties the machine: no keys, nothing applied, no snapshot"
	ruleReopen    = "a clean reopen on the same running machine finds everything that was acknowledged"
	ruleFlush     = "Flush and SaveHardState make what is there durable, and change nothing else"
	ruleClosed    = "a call after Close is refused with ErrClosed"
	ruleClaims    = "the claims are constant for the life of a machine, and do not contradict each other"
	ruleApart     = "Open may be called from several goroutines, for different places"
	ruleGenerate  = "GenerateSnapshotData writes the state at the last applied position to a file, which replaces one that is there, and returns its SHA-256; any other position is refused with ErrInvalid"
	ruleRestore   = "ApplySnapshotFromFile replaces the whole state, the last applied position and the metadata of the last snapshot by those of the file, all or nothing"
	ruleBadFile   = "a snapshot that is damaged, cut, of another version or of another position is refused with ErrCorrupt, one that is behind with ErrStale; it changes nothing"
)
