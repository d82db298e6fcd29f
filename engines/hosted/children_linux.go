package hosted

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// Children returns the living child processes of process pid, in ascending order.
// One that is dead but not waited for does not count. It reads proc(5), where the
// kernel may leave out a child that is started or ends meanwhile.
func Children(pid int) ([]int, error) {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return nil, fmt.Errorf("hosted: children of %d: %w", pid, err)
	}
	var children []int
	for _, task := range tasks {
		dir := filepath.Join("/proc", strconv.Itoa(pid), "task", task.Name())
		list, err := os.ReadFile(filepath.Join(dir, "children"))
		if isGone(err) && !exists(dir) {
			continue // a thread ended
		}
		if err != nil {
			return nil, fmt.Errorf("hosted: children of %d: %w", pid, err)
		}
		for _, field := range bytes.Fields(list) {
			child, err := strconv.Atoi(string(field))
			if err != nil {
				return nil, fmt.Errorf("hosted: children of %d: got %q, want a process id", pid, field)
			}
			if lives(child) {
				children = append(children, child)
			}
		}
	}
	slices.Sort(children)
	return children, nil
}

// lives reports whether pid is a process that is not dead.
func lives(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	// The state follows the name, which is in parentheses and may hold any.
	at := bytes.LastIndexByte(stat, ')') + 2
	return err == nil && at < len(stat) && stat[at] != 'Z' && stat[at] != 'X'
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH)
}
