//go:build linux

package fusefs_test

// commands are what a process that uses the mount can be told.
var commands = map[string]func(order) ([]string, error){
	"operation": doOperation,
}
