package canary

import "slices"

// faultCanaries do the wrong thing when a call of the file system fails, and nothing wrong
// as long as none does.
func faultCanaries() []Canary {
	out := slices.Concat(ignoringCanaries(), goingOnCanaries())
	for i := range out {
		out[i].Faults = true
	}
	return out
}

// ignoringCanaries do not hear of an error.
func ignoringCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "fsync-error-ignored", Property: "error-surfaced",
			About: "The error of the log's fsync is not looked at.",
		}.in(durable, ignoresSyncError),
		Canary{
			Name: "close-error-ignored", Property: "error-surfaced",
			About: "The hard state waits in a buffer until its file is closed, which writes and syncs it, and the error of that close is dropped, as by a deferred close.",
		}.in(durable, ignoresCloseError),
		Canary{
			Name: "rename-error-ignored", Property: "error-surfaced",
			About: "The hard state is written to a new file and the error of its rename is not looked at: the old one stays.",
		}.in(durable, ignoresRenameError),
		Canary{
			Name: "later-directory-fsync-errors-ignored", Property: "error-surfaced",
			About: "The first fsync of the directory is checked, and the errors of all later ones are not: a rename that was claimed durable is undone.",
		}.in(durable, ignoresLaterDirSyncError),
		Canary{
			Name: "rename-after-short-write", Property: "error-surfaced",
			About: "A new file is renamed into place though it was not written whole.",
		}.in(durable, ignoresShortWrite),
		Canary{
			Name: "fsync-without-space-ignored", Property: "error-surfaced",
			About: "Of the errors of an fsync only EIO counts: a full disk is taken for something that the write would have said.",
		}.in(durable, ignoresSyncWithoutSpace),
		Canary{
			Name: "hard-state-error-only-logged", Property: "error-surfaced",
			About: "The error of storing the hard state goes to a log, and the save returns as if it had been stored.",
		}.in(durable, logsHardStateError),
		Canary{
			Name: "read-error-taken-for-end", Property: "error-surfaced",
			About: "A file that recovery cannot open or read is taken for the end of the log, which then is empty.",
		}.in(durable, ignoresReadError),
		Canary{
			Name: "list-error-taken-for-no-files", Property: "error-surfaced",
			About: "A directory that cannot be listed is taken for an empty one: a new log begins.",
		}.in(durable, ignoresListError),
	}
}

// goingOnCanaries hear of an error and go on in the wrong way.
func goingOnCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "fsync-retried", Property: "error-surfaced",
			About: "An fsync that failed is tried again, and believed when it succeeds: the kernel has marked the pages clean (PostgreSQL until 2018).",
		}.in(durable, retriesSync),
		Canary{
			Name: "goes-on-after-failed-fsync", Property: "acked-durable",
			About: "A write whose fsync failed is refused, and the next one is appended behind bytes that no fsync reaches any more.",
		}.in(durable, goesOnAfterSyncError),
		Canary{
			Name: "state-ahead-of-failed-write", Property: "no-hole",
			About: "Entries stay in memory though their write failed, and what follows them is acknowledged on top: a recovery finds a hole in their place.",
		}.in(durable, keepsRefused),
		Canary{
			Name: "half-record-buried", Property: "acked-durable",
			About: "After a short write the log is appended to behind the half of a record, which no replay reads past.",
		}.in(durable, buriesHalf),
		Canary{
			Name: "full-disk-wedges", Property: "live-after-recovery",
			About: "An engine that met a full disk turns read-only by a file that nothing removes, so that it stays so when there is space again.",
		}.in(durable, staysFull),
	}
}
