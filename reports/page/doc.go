// Package page writes the failure report as one HTML file that needs nothing
// else: no network, no library, no server. It leads from a broken promise to the
// write that was lost, the line of code that issued it, the sync that was
// missing, and a test to paste. It decides nothing: verdicts and explanations
// are the harness's.
package page
