package sandbox

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// machine is how an architecture names itself and numbers the calls that sync.
type machine struct {
	audit                                                uint32
	fsync, fdatasync, msync, syncfs, sync, syncFileRange uint32
}

var machines = map[string]machine{
	"amd64": {unix.AUDIT_ARCH_X86_64, 74, 75, 26, 306, 162, 277},
	"arm64": {unix.AUDIT_ARCH_AARCH64, 82, 83, 227, 267, 81, 84},
}

// listen has the calls that sync of this process and of all that come from it wait for
// an answer, programs that it becomes too, and returns where they are answered. It
// takes the rights that mounting took.
func listen() (*os.File, error) {
	m, err := thisMachine()
	if err != nil {
		return nil, err
	}
	// ESRCH for a thread that cannot have the filter, as its number would look like a
	// descriptor.
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH
	// A call that is being answered is not interrupted by signals, which a Go program sends
	// itself all the time, so that it comes once: since Linux 5.19.
	fd, err := install(m.syncs(), flags|unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	if errors.Is(err, unix.EINVAL) {
		fd, err = install(m.syncs(), flags)
	}
	switch {
	case errors.Is(err, unix.EBUSY):
		return nil, fmt.Errorf("another seccomp listener is there already: %w", err)
	case err != nil:
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	return os.NewFile(uintptr(fd), "seccomp listener"), nil
}

// ignoreSync makes sync do nothing, for this process and all that come from it, as it
// would sync the machine.
func ignoreSync() error {
	m, err := thisMachine()
	if err == nil {
		_, err = install(m.onlySync(), unix.SECCOMP_FILTER_FLAG_TSYNC)
	}
	return err
}

func thisMachine() (machine, error) {
	m, ok := machines[runtime.GOARCH]
	if !ok {
		return m, fmt.Errorf("calls that sync are not known on %s", runtime.GOARCH)
	}
	return m, nil
}

func install(filter []unix.SockFilter, flags uintptr) (fd int, err error) {
	// The process is no less trusted with a filter, so it need not become slower (until
	// Linux 5.16).
	flags |= unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	n, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// Offsets in struct seccomp_data, of which arguments are the low halves.
const (
	offNumber   = 0
	offArch     = 4
	offArgument = 16
)

const (
	opLoad   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	opIf     = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	opIfBits = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	opReturn = unix.BPF_RET | unix.BPF_K
)

// syncs returns the program that has the calls that sync answered. Calls of another
// architecture, as a 32-bit program makes them, go on unseen.
func (m machine) syncs() []unix.SockFilter {
	calls := []uint32{m.fsync, m.fdatasync, m.syncfs, m.sync, m.syncFileRange}
	left := uint8(len(calls))
	out := []unix.SockFilter{
		{Code: opLoad, K: offArch},
		{Code: opIf, K: m.audit, Jf: left + 4}, // to allow
		{Code: opLoad, K: offNumber},
	}
	for i, call := range calls {
		out = append(out, unix.SockFilter{Code: opIf, K: call, Jt: left - uint8(i) + 3}) // to notify
	}
	const msyncFlags = offArgument + 2*8
	return append(out,
		unix.SockFilter{Code: opIf, K: m.msync, Jf: 2},
		unix.SockFilter{Code: opLoad, K: msyncFlags},
		unix.SockFilter{Code: opIfBits, K: unix.MS_SYNC, Jt: 1},
		unix.SockFilter{Code: opReturn, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: opReturn, K: unix.SECCOMP_RET_USER_NOTIF},
	)
}

// onlySync returns the program that ends sync without an error.
func (m machine) onlySync() []unix.SockFilter {
	return []unix.SockFilter{
		{Code: opLoad, K: offArch},
		{Code: opIf, K: m.audit, Jf: 2},
		{Code: opLoad, K: offNumber},
		{Code: opIf, K: m.sync, Jt: 1},
		{Code: opReturn, K: unix.SECCOMP_RET_ALLOW},
		{Code: opReturn, K: unix.SECCOMP_RET_ERRNO}, // number 0
	}
}
