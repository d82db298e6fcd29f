package host_test

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs/sandbox"
)

// listenerVariable has a worker find a seccomp listener, as a container's runtime may
// leave one.
const listenerVariable = "HOST_TEST_LISTENER"

func listenIfAsked() {
	if os.Getenv(listenerVariable) == "" || !sandbox.Entering() {
		return
	}
	runtime.LockOSThread()
	all := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	program := unix.SockFprog{Len: 1, Filter: &all}
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		panic(errno)
	}
}

// TestListenerThere: an engine runs and recovers as ever where its syncs cannot be
// watched, and that is said; where they can nothing is.
func TestListenerThere(t *testing.T) {
	for _, there := range []string{"", "yes"} {
		t.Setenv(listenerVariable, there)
		h := newHost(t, stuckFactory(atNothing, true), 10*time.Second)
		got := h.NotSeen()
		if there == "" && got != "" {
			t.Skip(got)
		}
		if strings.Contains(got, "NOT SEEN") != (there != "") {
			t.Errorf("listener %q: got %q", there, got)
		}
		if failed, err := use(h); failed != nil || err != nil {
			t.Errorf("listener %q: %v, %v", there, failed, err)
		}
		if _, recovered, err := recoverFrom(h); err != nil || recovered.Failure != nil {
			t.Errorf("listener %q: %v, %v", there, recovered, err)
		}
	}
}
