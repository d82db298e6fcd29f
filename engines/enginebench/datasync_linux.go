package enginebench

import (
	"os"

	"golang.org/x/sys/unix"
)

var dataSync = func(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
