// Package evidence is what a run leaves behind: lives with their journals and calls,
// failures, cases with their explanations, and outcomes; and bundles, the files that
// keep cases. It runs no engine. Reports read it.
package evidence
