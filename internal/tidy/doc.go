// Package tidy holds the shape of the repository. It has tests only:
//
//   - Imports: a package imports what its row of the table "Packages" in
//     docs/ARCHITECTURE.md allows, and a row allows nothing that nobody uses.
//   - Sizes: files and functions stay short enough to be read in one go.
//   - Circles: the files of a package can be read one after the other, as none
//     names what a file before it defines. A file is then a concept of its own.
//   - Words: an expression that was given up does not come back, and a text that
//     has one home stands nowhere else.
//
// What does not keep a rule yet is on a list beside the test of the rule. Lists
// only shrink: an entry that nothing needs any more fails the test.
//
//	go test ./internal/tidy -run TestCircles -v
//
// prints for each package how many files it has, how many arrows run between
// them, and how many of these run back.
package tidy
