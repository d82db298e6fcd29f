//go:build !linux

package hosted

func workIfAsked() {} // workers are processes on Linux only
