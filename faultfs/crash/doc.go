// Package crash computes what a power failure may leave.
//
// A [Profile] says what a file system promises. Under a profile each event of a
// journal becomes effects, new versions of sectors, sizes and names, in a partial
// order: that is a [Space]. A crash [State] is a point in the journal and the fate
// of each effect that was pending there; its image is a pure function of both. A
// walk visits the states as far as a [Plan] goes, cheapest first.
//
// Profiles are for all who run tests. Spaces, states and walks are for contributors.
package crash
