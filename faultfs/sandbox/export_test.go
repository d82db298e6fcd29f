//go:build linux

package sandbox

// Listen installs a listener, as a container's runtime may.
var Listen = listen
