package sandbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// call is struct seccomp_notif: a call that waits to be answered.
type call struct {
	id     uint64
	thread uint32 // in this process's namespace; 0 if it cannot be seen from here
	_      uint32
	number int32
	_      uint32
	_      uint64
	args   [6]uint64
}

// response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// errStopped reports that there was an event that ends the receiving.
var errStopped = errors.New("stopped")

// next waits for a call or for the event.
func next(listener, stop uintptr) (c call, err error) {
	polled := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}, {Fd: int32(stop), Events: unix.POLLIN}}
	for {
		_, err = unix.Poll(polled, -1)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return c, err
		case polled[1].Revents != 0:
			return c, errStopped
		case polled[0].Revents&unix.POLLIN != 0:
			return c, ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&c))
		default: // all processes are dead
			polled[0].Fd = -1
		}
	}
}

// wakeAtOnce has the kernel switch to who receives and to who is answered at once, where
// it can: since Linux 6.6.
func wakeAtOnce(listener uintptr) {
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, listener, unix.SECCOMP_IOCTL_NOTIF_SET_FLAGS, unix.SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP)
}

// waits reports whether the call's thread still waits.
func (c call) waits(listener uintptr) bool {
	return ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&c.id)) == nil
}

// send reports whether the call's thread was still there.
func (r response) send(listener uintptr) bool {
	return ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)) == nil
}

func ioctl(fd, request uintptr, argument unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(argument))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

// insideThread returns the number that the call's thread has in the sandbox's namespace,
// the next below this one, which is what FUSE requests carry; 0 if it is not known.
func (c call) insideThread() uint32 {
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/status", c.thread), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	defer unix.Close(fd)
	status := make([]byte, 4096) // the line stands in the first quarter
	n, err := unix.Read(fd, status)
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status[:n]) {
		if numbers, ok := bytes.CutPrefix(line, []byte("NSpid:")); ok {
			if fields := bytes.Fields(numbers); len(fields) > 1 {
				n, _ := strconv.ParseUint(string(fields[1]), 10, 32)
				return uint32(n)
			}
		}
	}
	return 0
}

// mapped returns the nodes of a mount that are mapped where msync was asked to sync.
func (c call) mapped(mount deviceNumber) (nodes []uint64) {
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", c.thread))
	if err != nil {
		return nil
	}
	defer maps.Close()
	from, to := c.args[0], c.args[0]+c.args[1]
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var m struct {
			from, to, off uint64
			rights        string
			device        deviceNumber
			node          uint64
		}
		_, err := fmt.Sscanf(lines.Text(), "%x-%x %s %x %x:%x %d", &m.from, &m.to, &m.rights, &m.off, &m.device.major, &m.device.minor, &m.node)
		shared := strings.HasSuffix(m.rights, "s") // the kernel syncs no private mapping
		if err == nil && shared && m.from < to && from < m.to && m.device == mount && !slices.Contains(nodes, m.node) {
			nodes = append(nodes, m.node)
		}
	}
	return nodes
}

// openedOn is a file as fstat shows it.
type openedOn struct {
	number deviceNumber
	node   uint64 // that of the mount's server, which takes it for the inode's number
}

// deviceOf describes a file without a request to its file system, which this process
// may be.
func deviceOf(dir int, path string) (openedOn, error) {
	var st unix.Statx_t
	err := unix.Statx(dir, path, unix.AT_STATX_DONT_SYNC|unix.AT_NO_AUTOMOUNT, unix.STATX_INO, &st)
	return openedOn{deviceNumber{st.Dev_major, st.Dev_minor}, st.Ino}, err
}
