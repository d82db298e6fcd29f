// Package hosted runs a storage engine in another process, in any language, and
// speaks to it in newline-delimited JSON (docs/PROTOCOL.md).
//
// A [Server] is the worker's side for engines in Go: logs, with their hard state, or
// state machines. A [Conn] is the other side: it gives an engines.StorageEngine or an
// engines.StateMachine whose every method is a request, and any further operation by
// [Conn.Call]. On Linux, Start gives a Conn to a new process,
// and watches it.
//
// There are two kinds of bad news. An error that the engine returned comes back
// as an [*Error], which wraps the engine's sentinel, so that errors.Is works as
// it does within a process. Whatever breaks the protocol comes back as a
// [*Failure], a finding against the engine: the worker is gone then, and so every
// later call returns the same Failure.
package hosted
