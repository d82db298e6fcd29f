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
//	purge 1
//	crash lose=everything
//	persist 1
//
// What an engine does is said in the words of its [Language]: those here are of package
// raftlog. The other steps are common:
//
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
//		N that read, each as often as flushes and reads say, and one that discards
//		what was there before; seed draws who goes on when, and how long an fsync takes
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
// A step says what to do relative to what the engine then has, and what does not fit is cut
// to what does. So a program without faults stays valid, in that no engine may refuse any of
// its calls, when steps are removed from it or numbers in it made smaller.
//
// A number left out is 0, but flushes and reads are 1, and a size is [StandardSizeBytes].
// Sizes are taken in turn from a list, 0,64, whose members may be ranges, 10-500. Payloads
// are random bytes, unless fill says compressible or zeros.
//
// # Faults
//
// The steps fail, space and release are faults. They stand between calls, in a block too,
// where they come in the order of its steps. Their effect stays when the engine is opened
// again: a fault right before reopen, kill or crash is one in what follows. An engine may
// refuse calls of a program with faults, and what a refused or cancelled call did is
// unknown. [Program.HasFaults] reports whether a program has any.
//
// # Languages
//
// A [Language] is what one kind of subject adds: its [Word]s, how they are drawn, the
// programs that are kept, and a [Resolver], which makes steps concrete and knows of an
// engine's operations which it has. A step that needs one which the engine does not offer
// is left out.
package scenarios
