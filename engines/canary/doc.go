// Package canary has engines with one planted bug each. Each bug is one that
// storage engines had, and each must be caught by the promise that it breaks: a
// harness that lets a canary live finds nothing.
//
// There are three kinds. Some plants are in how files are handled, in an engine
// of this package: a log of checksummed frames, [plain]. Others change what a
// good engine's stores say or do, or what its file system does. Without its plant
// each is healthy: it holds on every file system.
package canary
