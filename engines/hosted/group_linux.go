package hosted

import (
	"syscall"
	"unsafe"
)

// leadsGroup reports whether a process started with attr leads a process group.
func leadsGroup(attr *syscall.SysProcAttr) bool {
	return attr != nil && (attr.Setsid || attr.Setpgid && attr.Pgid == 0)
}

// endGroup waits until the leader of a process group is dead and kills the rest of
// the group. The leader was not waited for yet, so the number is still its own.
func endGroup(leader int) {
	const (
		byPID  = 1       // P_PID
		exited = 0x4     // WEXITED
		leave  = 1 << 24 // WNOWAIT
	)
	var info [128]byte // siginfo_t
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(leader),
			uintptr(unsafe.Pointer(&info[0])), exited|leave, 0, 0)
		if errno != syscall.EINTR {
			break
		}
	}
	_ = syscall.Kill(-leader, syscall.SIGKILL)
}
