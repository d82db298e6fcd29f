// Package scenarios says what a storage engine is put through: programs, which
// are lists of steps, written as text, drawn at random or kept for what they
// once found.
//
// # Programs
//
// A program is text, one step a line; a comment runs from # to the end of its
// line.
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
// entries cuts 3. So a program without faults stays valid, in that no engine may refuse any of
// its calls, when steps are removed from it or numbers in it made smaller.
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
//	reopen
//		close the engine and open it again
//	kill
//		end its process and open it again; the file system loses nothing
//	crash lose=nothing|everything|sample:SEED
//		a power failure that takes nothing, everything or some of what is pending
//	crash in CALL [after event N] lose=...
//		the same while a call runs, such as persist 2: right after the N-th thing
//		that the call does to the disk, or when it has returned if N is left out or
//		the call does less
//	concurrently [flushers=N] [flushes=N] [readers=N] [reads=N] [purges=N] [seed=N] {
//		the steps in the block run in order, alongside N goroutines that flush and
//		N that read, each as often as flushes and reads say, and one that purges
//		older entries; seed draws who goes on when, and how long an fsync takes
//	}
//	hold fsync N until K calls returned
//		the N-th fsync that begins from here on, in the same process, does not end
//		before K calls have returned after it began, unless nobody else can go on
//	fail CALL N [path=P] [error=E] [times=T|all] [lands=yes]
//		the N-th file-system call of that kind that comes after the step fails, as
//		[fault.Fault] says, and with times=T so do those that follow, T in all
//	space N | space all
//		files may grow by N bytes together after the step, then the disk is full; or
//		there is space again
//	release
//		the fsyncs return that are stuck (error=stuck), which otherwise do so only when
//		nobody else can go on. In a block with such an fsync reads begin once it is stuck
//
//	first-open [dir=missing]
//		begin on an empty directory, or where the engine's directory is missing; only
//		as the first step
//
// A step that is one call may have cancel=N: its context ends right after the N-th
// file-system call while it runs, or not at all if there are fewer.
//
// A program begins on a store that the engine made on an empty directory and closed,
// all of it durable: so it shows what the engine does with its calls, and nothing of
// how it makes its files. What first-open begins shows that too.
//
// A number left out is 0, but terms, flushes and reads are 1, and a size is
// [StandardSizeBytes]. Sizes are taken in turn from a list, 0,64, whose members
// may be ranges, 10-500. Payloads are random bytes, unless fill says compressible or
// zeros.
//
// # Faults
//
// The steps fail, space and release are faults. They stand between calls, in a block too,
// where they come in the order of its steps. Their effect stays when the engine is opened
// again: a fault right before reopen, kill or crash is one in what follows. An engine may
// refuse calls of a program with faults, and what a refused or cancelled call did is
// unknown. [Program.HasFaults] reports whether a program has any.
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
package scenarios
