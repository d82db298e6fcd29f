package hosted

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// leadsGroup reports whether a process started with attr leads a process group.
func leadsGroup(attr *syscall.SysProcAttr) bool {
	return attr != nil && (attr.Setsid || attr.Setpgid && attr.Pgid == 0)
}

// endGroup waits until the leader of a process group is dead and kills the rest of
// the group. The leader was not waited for yet, so the number is still its own.
func endGroup(leader int) {
	_, _ = ignoringEINTR(func() (int, error) {
		return 0, unix.Waitid(unix.P_PID, leader, nil, unix.WEXITED|unix.WNOWAIT, nil)
	})
	_ = syscall.Kill(-leader, syscall.SIGKILL)
}
