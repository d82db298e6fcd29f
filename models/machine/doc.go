// Package machine says what a state machine promises, as a pure specification of its keys and
// values, its last applied position, the metadata of its last snapshot and the snapshots'
// files.
//
// # What a crash may leave
//
// The machine goes through versions, one for each call that changed it: its data, which are
// pairs and the position that they stand at, and its metadata. Data and metadata each have a
// floor, the oldest version that a crash may leave of them:
//
//   - Flush raises both to what had returned before it was invoked, and so does SaveHardState.
//   - PersistApplied raises that of the data to the state at its position, PersistMetadata
//     that of the metadata.
//   - Apply, Restore, Reset, Stop and a close raise them where the contract makes them
//     durable, and so does a recovery, since what was shown is durable.
//
// A crash leaves the data of a version from the floor to the newest, calls in flight included,
// and the metadata of one. A restore and a reset begin an era, and both are of one era: so
// those replace all or nothing, and making one half durable makes the other. A chunk makes one
// version, so that a position never comes without its data, nor data without their position.
//
// The file of a snapshot survives with its bytes once Generate has returned. One that was
// refused or did not return leaves no file, an old one, or anything. From such a file Restore
// may succeed or be refused. No recovery makes a file durable, nor does a flush after it: the
// caller chose the path, and a machine that is opened does not know it.
//
// A clean reopen leaves exactly the newest version. Nothing of a volatile machine need survive
// either, and then no floor is ever raised. The harness starts a machine when it opens it.
//
// A machine may decline some of it. What that changes here:
//
//   - ChunkMaySplit: each entry of a chunk makes a version.
//   - PersistNeedsFlush: PersistApplied, PersistMetadata and SaveHardState raise no floor, and
//     a file may be lost until the next Flush has returned.
//   - RecoveryNeedsFlush: a recovery raises no floor. What it did not show is gone from the
//     history; what it showed is a version like others.
//
// # Faults
//
// A call in which a fault fired, or that was invoked after one since the machine was opened,
// may be refused; so may one that is cancelled. Then it happened, in part as the claims allow,
// or not, and its effect may show up later. So a state is worlds that there may be, each one
// history:
//
//   - A refused call adds to each world those in which it happened. Beyond 64 worlds the answer
//     is Unknown.
//   - What succeeds from then on is done in each world. One that cannot have allowed it is no
//     more; what its calls had left is only what a crash may leave of the others, until
//     something later is durable.
//   - A read may show any world, each time anew.
//   - Nothing that was refused is made durable by a flush, unless something later is.
//   - A reopen in which or before which a fault fired is judged as a crash. It may fail by an
//     error, and so may a recovery in which one fired; then all stays as it was.
//
// # What is not judged
//
// Which error a refused call returns, and the term of an entry before the last applied one
// beyond that terms never fall.
package machine
