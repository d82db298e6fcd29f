package host

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// openedIn returns what a process has open of a directory, as paths from there, sorted:
// nothing where the kernel does not tell (see proc(5), /proc/PID/fd).
func openedIn(pid int, dir string) (out []string) {
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	links, err := os.ReadDir(fds)
	if err != nil {
		return nil
	}
	for _, link := range links {
		if file, err := os.Readlink(fds + "/" + link.Name()); err == nil {
			out = appendIn(out, dir, file)
		}
	}
	slices.Sort(out)
	return out
}

// mappedWords says what a process has mapped of a directory (see proc(5), /proc/PID/maps).
func mappedWords(pid int, dir string) []string {
	maps, _ := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid)) // none where the kernel does not tell
	var out []string
	for line := range strings.Lines(string(maps)) {
		if at := strings.IndexByte(line, '/'); at >= 0 {
			out = appendIn(out, dir, strings.TrimSuffix(line[at:], "\n"))
		}
	}
	slices.Sort(out)
	return eachWith("", out, " is mapped")
}

// appendIn appends a file of the directory, as a path from there. The kernel says of one that
// was removed that it is.
func appendIn(out []string, dir, file string) []string {
	inside, ok := strings.CutPrefix(strings.TrimSuffix(file, " (deleted)"), dir)
	if !ok || inside != "" && inside[0] != '/' {
		return out
	}
	return append(out, inside)
}

// namesSeenBy returns the names in a directory as a process sees it: none where the kernel does not
// show that (see proc(5), /proc/PID/root).
func namesSeenBy(pid int, dir string) (out []string) {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/root%s", pid, dir))
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
