//go:build !linux

package main

// runsMachine reports false: where there are no workers no program runs at all.
func runsMachine([]string) bool { return false }
