// Package schedule decides who goes on where calls of one engine overlap.
//
// A file-system call that overlaps with others is a scheduling point: one goroutine
// runs, all others wait for it, and at the next point a draw decides who goes on. Each
// goroutine has a priority, and the highest one goes on; at a few points whoever runs
// gets the lowest. Few such points show most bugs that depend on an order (Burckhardt et
// al., "A randomized scheduler with probabilistic guarantees of finding bugs", ASPLOS'10).
//
// A sync takes time, so it is held while others run: until some calls returned, or until
// nobody else can go on. A [Hold] asks for that by hand.
//
// Nobody waits for ever. Whoever runs may come to wait for one that is held, on a lock
// for instance; then another goes on. Ending a wait early loses a schedule, and is never
// wrong: what the disk journals is what happened.
package schedule
