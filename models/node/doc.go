// Package node says what the storage of a Raft node promises: a log and a state machine
// together.
//
// Each part is held to what it promises alone ([raftlog], [machine]), and a crash takes both
// at the same moment. One promise is of the two together, and neither can break it alone: a
// purge takes entries away for good, so what they did must be durable before, in the state
// machine or in its last snapshot. A node that a crash leaves without both has lost entries
// that were committed. So no crash may leave a log that is purged beyond the greater of
//
//   - the last applied index of the state machine, and
//   - the last entry of its last snapshot, if there is a file with the checksum that its
//     metadata name.
//
// In which order a node calls its parts, so that this holds, is the matter of programs.
package node
