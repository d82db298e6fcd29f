// Package reports writes what a run found out, as text for a reader and as JSON
// for a program. It decides nothing: every verdict is the harness's.
package reports
