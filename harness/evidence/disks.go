package evidence

import "github.com/ackproof/ackproof/faultfs/crash"

// EngineDir is where engines live on their disks.
const EngineDir = "/db"

// Disks returns the directories at which the profile's further disks are mounted.
func Disks(p crash.Profile) []string { return p.Below(EngineDir).DiskDirs() }
