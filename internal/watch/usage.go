package watch

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// Self returns the usage of this process.
func Self() Usage { return Of(os.Getpid()) }

// Of returns the usage of a process, without its children: nothing where the kernel
// does not tell (see proc(5), /proc/PID/schedstat).
func Of(pid int) (sum Usage) {
	tasks := fmt.Sprintf("/proc/%d/task", pid)
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return sum
	}
	for _, thread := range threads {
		text, err := os.ReadFile(tasks + "/" + thread.Name() + "/schedstat")
		var ran, queued time.Duration
		if err != nil {
			continue // it ended
		}
		if _, err := fmt.Sscan(string(text), &ran, &queued); err == nil {
			sum.Ran, sum.Queued = sum.Ran+ran, sum.Queued+queued
		}
	}
	return sum
}

// Plus returns the usage of two processes together.
func (u Usage) Plus(other Usage) Usage {
	return Usage{u.Ran + other.Ran, u.Queued + other.Queued, u.Calls + other.Calls}
}

// Runnable reports whether a thread of the process runs or waits for a processor (see
// proc(5), /proc/PID/stat): false where the kernel does not tell.
func Runnable(pid int) bool {
	tasks := fmt.Sprintf("/proc/%d/task", pid)
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return false
	}
	for _, thread := range threads {
		text, _ := os.ReadFile(tasks + "/" + thread.Name() + "/stat") // it may have ended
		if i := bytes.LastIndex(text, []byte(") ")); i >= 0 && bytes.HasPrefix(text[i+2:], []byte("R")) {
			return true
		}
	}
	return false
}
