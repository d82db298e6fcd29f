package hosted

import (
	"errors"
	"io"
	"syscall"
	"time"
	"unsafe"
)

// pollFD is the kernel's struct pollfd.
type pollFD struct {
	fd      int32
	events  int16
	revents int16
}

// The bits of poll(2) that are asked for.
const (
	pollIn  = 0x1
	pollOut = 0x4
)

// poll waits until one of fds is ready, an error or an end included; without wait
// it only looks.
func poll(fds []pollFD, wait bool) error {
	var limit *syscall.Timespec
	if !wait {
		limit = &syscall.Timespec{}
	}
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_PPOLL,
			uintptr(unsafe.Pointer(&fds[0])), uintptr(len(fds)), uintptr(unsafe.Pointer(limit)), 0, 0, 0)
		if errno == 0 {
			return nil
		}
		if errno != syscall.EINTR {
			return errno
		}
	}
}

// pipeReader reads a pipe that other processes write to, until it ends or the
// process that we care about is dead: a child of that process may hold the pipe
// open forever. One goroutine reads.
//
// It blocks in the kernel, as this takes half the time of a wake-up through the
// runtime's poller.
type pipeReader struct {
	// fds are the pipe and the one that ends when the process is dead.
	fds [2]pollFD
	// restBytesMax bounds what is read after the death.
	restBytesMax int
}

func newPipeReader(pipe, dead int) *pipeReader {
	const pipeBytesMax = 1 << 20 // the most that a pipe holds by default
	return &pipeReader{
		fds:          [2]pollFD{{fd: int32(pipe), events: pollIn}, {fd: int32(dead), events: pollIn}},
		restBytesMax: pipeBytesMax,
	}
}

func (p *pipeReader) Read(b []byte) (int, error) {
	if err := poll(p.fds[:], true); err != nil {
		return 0, err
	}
	dead := p.fds[1].revents != 0
	if dead {
		// What it wrote before its death may have come after poll looked there.
		if err := poll(p.fds[:1], false); err != nil {
			return 0, err
		}
		if p.fds[0].revents == 0 || p.restBytesMax <= 0 {
			return 0, io.EOF
		}
	}
	n, err := ignoringEINTR(func() (int, error) { return syscall.Read(int(p.fds[0].fd), b) })
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	case dead:
		p.restBytesMax -= n
	}
	return n, nil
}

// pipeWriter writes a pipe until nobody can read it or the process that we care
// about is dead. The pipe must not block. One goroutine writes.
type pipeWriter struct{ fds [2]pollFD }

func newPipeWriter(pipe, dead int) *pipeWriter {
	return &pipeWriter{[2]pollFD{{fd: int32(pipe), events: pollOut}, {fd: int32(dead), events: pollIn}}}
}

func (p *pipeWriter) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := ignoringEINTR(func() (int, error) { return syscall.Write(int(p.fds[0].fd), b[written:]) })
		written += max(n, 0)
		if errors.Is(err, syscall.EAGAIN) {
			if err = poll(p.fds[:], true); err == nil && p.fds[1].revents != 0 {
				err = syscall.EPIPE
			}
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func ignoringEINTR(do func() (int, error)) (int, error) {
	for {
		n, err := do()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// within waits for done to be closed, at most for limit, and reports whether it was.
func within(limit time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
