//go:build !linux

package enginebench

import "os"

var dataSync func(*os.File) error
