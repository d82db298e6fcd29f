// Package raftlog says what a Raft log store promises, as a pure specification of a log and
// its hard state.
//
// # What a crash may leave
//
// The log goes through versions, one for each call that changed it. A floor is
// the newest version that must survive: raised by a flush, to what had returned
// before it; by a call that the contract makes durable on return; and by a
// recovery, since what was shown is durable (R7). A crash leaves any version
// from the floor to the newest, calls in flight included. Three rules widen that:
//
//   - A batch or a replace that is not atomic, and not yet durable, leaves the
//     log before it, cut where the call began, with any beginning of its entries.
//   - A purge may be undone though something later is durable, until a flush, a
//     recovery or the contract makes it durable itself, if the entries reappear
//     before the others without a hole (R6). A purge beyond the last entry
//     starts a new log and cannot be undone alone, nor can a reset. A truncate,
//     from wherever, discards what is there: what was purged before may come back.
//   - A raft-safe engine may leave any beginning of those logs that reaches the
//     last durable entry that no call since has overwritten or discarded. So it
//     splices nothing: its log is the beginning of one that existed.
//
// The hard state has versions and a floor of its own. An engine that orders it
// with the log must not leave an entry without the hard states whose saves had
// returned when that entry's call began.
//
// An engine may decline some of it. What that changes here:
//
//   - RecoveryNeedsFlush: a recovery raises no floor. What it did not show is gone
//     from the history; what it showed is a version like others.
//   - OverwriteMaySplit: a persist over old entries is not atomic, whatever is claimed.
//   - OverwriteKeepsTail: a persist over old entries leaves what is behind them. Where
//     it is not atomic, each of its entries makes a version.
//   - AcceptsGaps: a persist past the end leaves a gap, which stays until it is filled.
//
// A close of an engine that claims CloseDurable raises the floor to what there is.
//
// A read of an engine that claims ReadsDurable raises the floor to the version from
// which on the log held the entries, or reached the last index, that it showed; of a
// call of which a crash may leave a part, only up to there. What is not shown because
// it was discarded may come back. The floor of the hard state is raised likewise.
//
// A read of a durable index does the same for the entries up to it. Where refused calls may
// have happened, only for those on which all logs agree that there may be.
//
// A clean reopen leaves exactly the newest version. Nothing of a volatile engine
// need survive either, and then no floor is ever raised.
//
// # Faults
//
// A call in which a fault fired, or that was invoked after one since the engine was
// opened, may be refused; so may one that is cancelled. Then it happened, in part as
// the claims allow, or not, and its effect may show up later:
//
//   - The log may be with and without it. What succeeds from then on is done to each of
//     the logs that there may be; one that cannot have allowed it is only what a crash
//     may leave, until something later is durable. Beyond 64 logs the answer is Unknown.
//   - A read may show any of these logs, each time anew. It makes durable only what the
//     log shows without the refused calls, and a read of the last index nothing: that
//     cannot be refused.
//   - A refused save may be the hard state until another save succeeds.
//   - A call that has nothing to do without the refused ones may have done something, or
//     nothing, to what they left.
//   - A raft-safe engine may lose what a refused call may have overwritten or discarded.
//   - A reopen in which or before which a fault fired is judged as a crash. It may fail
//     by an error, and so may a recovery in which one fired; then all stays as it was.
//
// A call that succeeds though a fault fired in it counts as any that succeeds. A sync that
// is stuck fails nothing: calls beside it, and later ones, may be refused, and those that
// succeed are judged as without it. A read may wait for it, unless ReadersNotBlocked is
// claimed.
package raftlog
