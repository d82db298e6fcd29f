// Package models judges what a storage engine recovered after a crash, by a pure
// specification of what such a subject promises.
//
// It knows calls and results only: no file system, no engine that runs. What the calls are,
// and what they do, is the matter of one kind of subject, each in a package below this one:
// its operations, its views, its [Contract], and the [Spec] under that. Here is what they
// have in common.
//
// A [History] is calls with the times at which they were invoked and returned. A [Checker]
// looks for an order of the calls that the specification allows, by porcupine where they
// overlap, and judges against the states that it ends in what came back from a crash at any
// time.
//
// # Faults
//
// A call in which a fault fired, or that was invoked after one since the subject was
// opened, may be refused; so may one that is cancelled. Then it happened, in part as the
// claims allow, or not, and its effect may show up later. So a state says what there may
// be, and where that is too much it is crowded and the answer is Unknown. A call that
// succeeds though a fault fired in it counts as any that succeeds. A sync that is stuck
// fails nothing: calls beside it, and later ones, may be refused, and those that succeed
// are judged as without it.
package models
