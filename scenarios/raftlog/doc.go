// Package raftlog is the language of programs of a Raft log and its hard state.
//
//	# ackproof program v1
//	save-hard-state term=+1 vote=2
//	persist 3 size=100
//	save-hard-state term=+1
//	persist 4 back=2 size=0,64-512    # a conflict: 2 overwritten, 2 more
//	purge 1
//	crash lose=everything
//	persist 1
//
// A step says what to do relative to the log as it then is, never to absolute
// indexes, and what does not fit is cut to what does: truncate 5 of a log of 3
// entries cuts 3. The steps, beside those that all languages have:
//
//	persist N [back=B] [terms=T] [size=S] [fill=F]
//		write N entries after the last but B, overwriting those B
//	persist again
//		write once more what the last persist or replace wrote: the same indexes, terms
//		and payloads, as who does not know whether a call did what it was to do. Where
//		that fits no more, as it would leave a hole, nothing
//	replace B N [terms=T] [size=S] [fill=F]
//		the same in one ReplaceRange
//	truncate N
//		discard the last N entries
//	purge N | purge all | purge all+N
//		discard the first N entries, all, or all and N more that never came,
//		as a follower does that starts over from a snapshot
//	reset | flush | flush-meta
//	save-hard-state [term=+N] [vote=V]
//		save a hard state with a term N higher
//	read-entry P | read-range P N
//		read the P-th entry of the log, or N from there; 1 is the first that was
//		not purged, and there may be none
//	read-last-index | read-hard-state | read-boundary
//	read-durable-index
//		of an engine that has one; it is drawn for no other
//
// A number left out is 0, but terms are 1. In a block the readers read the log where the
// writer changes it, and the one that purges takes older entries.
//
// # What an engine declines
//
// A step that needs an operation which the engine does not offer is left out, and so
// it is in a block. A persist leaves what it does not overwrite behind it, if the engine
// keeps that. And where gaps are accepted, a persist that only appends leaves two
// indexes out if it would begin at a multiple of five. Of an engine with limits a
// payload that is too large is cut, and a batch that is too large is persisted in
// several.
//
// # What Raft has to do with it
//
// The current term is that of the newest hard state. New entries carry it, or,
// with terms=T, the T newest terms up to it, as a follower gets them that
// catches up. So a term is always saved before an entry of it is written, and
// terms never fall along the log. A vote once given binds for its term. And an
// index and a term name one entry for good: writing that index again in that
// term writes the same payload again, whatever size or fill is asked for.
package raftlog
