// Package builtin lists the engines that come with Ackproof, as values, and what
// is expected of each.
package builtin
