package evidence

import (
	"runtime"
	"runtime/debug"
)

// Sign completes the case with its signature and the versions of what ran.
func (c *Case) Sign() {
	c.Signature, c.Build = c.Cause().String(), buildInfo()
}

// buildInfo returns the versions of what runs.
func buildInfo() map[string]string {
	info := map[string]string{"go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return info
	}
	info[build.Main.Path] = build.Main.Version
	for _, m := range build.Deps {
		info[m.Path] = m.Version
	}
	return info
}
